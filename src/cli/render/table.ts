/** Columns as wide as their widest cell; the last one takes what is left of the line. */
import type { Paint } from '../terminal.ts';
import { oneLine } from './wrap.ts';

export function renderTable(head: string[], rows: string[][], paint: Paint, columns: number): string[] {
  const cells = rows.map((row) => row.map((cell) => oneLine(cell)));
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: string[]) =>
    row.map((cell, i) => (i === head.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  ');
  return [paint('dim', line(head)), ...cells.map((row) => cut(line(row), columns))];
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
}
