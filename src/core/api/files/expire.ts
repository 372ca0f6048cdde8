/** What the passing of time does to files: bytes go when a file expires, its entry thirty days later. */
import type { FileBody } from '../../documents.ts';
import type { DocRow } from '../../ports/store.ts';
import { type Core, changedDoc } from '../core.ts';
import { removal } from '../holds.ts';

const STEP = 500;
const ENTRY_STAYS_MS = 30 * 24 * 60 * 60 * 1000;

export async function expireFiles(core: Core): Promise<void> {
  let after: number | undefined;
  for (;;) {
    const rows = await core.store.list<FileBody>({
      kind: 'file',
      workspace: core.workspace,
      order: 'asc',
      limit: STEP,
      includeArchived: true,
      ...(after === undefined ? {} : { after }),
    });
    for (const row of rows) await expire(core, row);
    after = rows.at(-1)?.position;
    if (rows.length < STEP) return;
  }
}

/** A file that somebody changed meanwhile is left to the next time. */
async function expire(core: Core, row: DocRow<FileBody>): Promise<void> {
  if (!isExpired(row.body, core.clock.now())) return;
  const { blob } = row.body.hidden;
  const over = isExpired(row.body, core.clock.now() - ENTRY_STAYS_MS);
  const doc = changedDoc(row, { ...row.body, hidden: { blob: '' } });
  if (!over && blob === '') return;
  const bytes = removal(core, [blob]);
  const committed = await core.store.commit({
    puts: [{ doc, expect: row.revision }, ...bytes.puts],
    removes: over ? [{ kind: 'file', id: row.id }] : [],
  });
  if (committed.ok) await bytes.drop();
}

export function isExpired({ expires_at }: FileBody, now: number): boolean {
  return expires_at !== null && Date.parse(expires_at) <= now;
}
