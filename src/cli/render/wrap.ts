/** Text laid out for a terminal. Control characters of untrusted text never reach it. */

/** Escapes, bells and right-to-left overrides: what a log line could do to a terminal. */
const controls = /[\p{Cc}\p{Bidi_Control}]/gu;

export function clean(text: string): string {
  return text.replaceAll('\t', '  ').replace(controls, (control) => (control === '\n' ? control : ''));
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
