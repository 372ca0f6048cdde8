/** Where a command prints: what a person reads, with colours only where they can be seen. */
import { styleText } from 'node:util';
import { cleanJson } from './render/wrap.ts';

type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta' | 'inverse';
export type Paint = (format: Format | Format[], text: string) => string;

export interface Terminal {
  line(text?: string): void;
  /** A line that the next one replaces; nothing where there is no terminal. */
  progress(text: string): void;
  paint: Paint;
  columns: number;
  /** True when a person can be asked. */
  interactive: boolean;
}

export const plain: Paint = (_format, text) => text;
const coloured: Paint = (format, text) => styleText(format, text);

export function terminal(stream: NodeJS.WriteStream = process.stdout): Terminal {
  // hasColors honours NO_COLOR and FORCE_COLOR; a pipe has no such method.
  const colours = stream.isTTY === true && stream.hasColors();
  const clear = '\r\u001b[2K';
  let pending = false;
  return {
    line(text = '') {
      stream.write(`${pending ? clear : ''}${text}\n`);
      pending = false;
    },
    progress(text) {
      if (!colours) return;
      stream.write(`${clear}${text}`);
      pending = true;
    },
    paint: colours ? coloured : plain,
    // A terminal that does not know its width says 0.
    columns: Math.min(Math.max(stream.columns || 100, 40), 120),
    interactive: stream.isTTY === true && process.stdin.isTTY === true,
  };
}

/** Data for programs: one line, so that the last line of any output parses; indented where a person looks. */
export function printJson(value: unknown): void {
  process.stdout.write(`${cleanJson(JSON.stringify(value, null, process.stdout.isTTY ? 2 : undefined))}\n`);
}
