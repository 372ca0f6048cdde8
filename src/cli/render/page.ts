/** A page of a list for a person: a table and whether there are more, or what it means that there is nothing. */
import type { Terminal } from '../terminal.ts';
import { renderTable } from './table.ts';

interface Page<Item> {
  data: readonly Item[];
  next_page: string | null;
}
interface Columns<Item> {
  head: string[];
  row(item: Item): string[];
  none: string;
}

export function printPage<Item>(
  { data, next_page }: Page<Item>,
  { head, row, none }: Columns<Item>,
  out: Terminal,
): void {
  if (data.length === 0) {
    out.line(none);
    return;
  }
  for (const line of renderTable(head, data.map(row), out.paint, out.columns)) out.line(line);
  if (next_page !== null) out.line(out.paint('dim', 'There are more: raise --limit.'));
}
