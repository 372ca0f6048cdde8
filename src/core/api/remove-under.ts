import type { DocKind } from '../ports/store.ts';
import type { Core } from './core.ts';

const STEP = 100;

/** Removes all documents of a kind under one, a few at a time: they may be large. */
export async function removeUnder(core: Core, kind: DocKind, parent: string): Promise<void> {
  for (;;) {
    const rows = await core.store.list({
      kind,
      workspace: core.workspace,
      parent,
      order: 'asc',
      limit: STEP,
      includeArchived: true,
    });
    if (rows.length === 0) return;
    await core.store.commit({ removes: rows.map(({ id }) => ({ kind, id })) });
  }
}
