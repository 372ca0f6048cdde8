import type { DocRow } from '../../ports/store.ts';
import { docRowOf } from './rows.ts';

/** The documents of these rows in the order of the ids; what was not found is left out. */
export function inOrder<Body>(
  ids: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
): DocRow<Body>[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row === undefined ? [] : [docRowOf<Body>(row)];
  });
}
