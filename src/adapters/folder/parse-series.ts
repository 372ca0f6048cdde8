/** The part of a sample line before its value: a name, labels, one space. */
export interface ParsedSeries {
  name: string;
  labels: Record<string, string>;
  /** Characters up to and with the space before the value. */
  length: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/;

/** Name and labels of `{"with.dots",label="x"}`: how Prometheus 3 writes a name that is no identifier. */
const QUOTED = /^\{"((?:[^"\\]|\\.)+)",?/;

/** Null when the line is no sample. */
export function parseSeries(line: string): ParsedSeries | null {
  const quoted = QUOTED.exec(line);
  if (quoted !== null) {
    const labels: Record<string, string> = {};
    const end = readLabels(line, quoted[0].length, labels);
    return end === null || line[end] !== ' ' ? null : { name: unescaped(quoted[1] ?? ''), labels, length: end + 1 };
  }
  const name = NAME.exec(line)?.[0];
  if (name === undefined) return null;
  const labels: Record<string, string> = {};
  let at = name.length;
  if (line[at] === '{') {
    const end = readLabels(line, at + 1, labels);
    if (end === null) return null;
    at = end;
  }
  return line[at] === ' ' ? { name, labels, length: at + 1 } : null;
}

/** Position behind the closing brace, or null. */
function readLabels(line: string, start: number, labels: Record<string, string>): number | null {
  let at = start;
  while (line[at] !== '}') {
    const match = LABEL.exec(line.slice(at));
    if (match === null) return null;
    labels[match[1] ?? ''] = unescaped(match[2] ?? '');
    at += match[0].length;
    if (line[at] === ',') at += 1;
    else if (line[at] !== '}') return null;
  }
  return at + 1;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_whole, char: string) => (char === 'n' ? '\n' : char));
}
