/** Text laid out for a terminal. What untrusted text could do to it, or hide from its reader, is shown instead. */
import { visible } from '../../lib/visible.ts';

/** Safe to print: an invisible character is shown as `\u202e`, so that what is read is what is there. Lines stay. */
export function clean(text: string): string {
  return visible(text.replaceAll('\t', '  '));
}

/** As `clean`, on one line: a title must not be able to draw lines that look like ours. */
export function oneLine(text: string): string {
  return clean(text).replace(/\s*\n\s*/g, ' ');
}

/** JSON as `JSON.stringify` writes it, with the same characters written as escapes. */
export function cleanJson(json: string): string {
  const marks = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
  return json.replace(marks, (mark) => mark.replace(/[\s\S]/g, (unit) => `\\u${hex(unit.charCodeAt(0))}`));
}

function hex(code: number): string {
  return code.toString(16).padStart(4, '0');
}

/** Lines no wider than `width`, broken at spaces; a longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of clean(text).split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines;
}

/** A label column and a text column; the text's further lines hang under its first. */
export function hanging(label: string, text: string, columns: number, labelWidth: number): string[] {
  const lines = wrap(text, Math.max(20, columns - labelWidth));
  return lines.map((line, i) => (i === 0 ? label : ' '.repeat(labelWidth)) + line);
}

/** An RFC 3339 time as people read one; another text stays as it is. */
export function utc(time: string): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? oneLine(time) : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
