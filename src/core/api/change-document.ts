/** One document changed from what it is now, and again while others are faster. */
import { isDeepStrictEqual } from 'node:util';
import type { DocRow } from '../ports/store.ts';
import { type Core, changedDoc, isoTime, untilFresh } from './core.ts';

type Read<Body> = () => Promise<DocRow<Body>>;
type Change<Body> = (row: DocRow<Body>) => Body | Promise<Body>;

/** `change` answers the row's own body when there is nothing to do. Answers the body as it then stands. */
export async function changeDocument<Body extends object>(
  core: Core,
  read: Read<Body>,
  change: Change<Body>,
  archived?: true,
): Promise<Body> {
  return await untilFresh(async () => {
    const row = await read();
    const next = await change(row);
    if (next === row.body) return { done: next };
    const committed = await core.store.commit({
      puts: [{ doc: changedDoc(row, next, archived), expect: row.revision }],
    });
    return committed.ok ? { done: next } : 'stale';
  });
}

/** A merge that changes nothing keeps `updated_at`. */
export async function updateDocument<Body extends { updated_at: string }>(
  core: Core,
  read: Read<Body>,
  merge: Change<Body>,
): Promise<Body> {
  return await changeDocument(core, read, async (row) => {
    const merged = await merge(row);
    return isDeepStrictEqual(merged, row.body) ? row.body : { ...merged, updated_at: isoTime(core.clock.now()) };
  });
}
