/** One dream from its beginning to its end. Whoever holds its lease writes; the result is written whole or not at all. */
import { assertNever } from '../../../lib/assert-never.ts';
import type { MemoryStoreBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import type { Batch, DocRow } from '../../ports/store.ts';
import { type Core, changedDoc, isoTime, newDoc } from '../core.ts';
import { askModel } from './ask-model.ts';
import type { DreamBody, DreamUsage } from './body.ts';
import { consolidate, type Written } from './consolidate/index.ts';
import { DreamFailed } from './failure.ts';
import type { DreamRow } from './find.ts';
import { type DreamInput, readInput } from './read.ts';
import { writesTo } from './write.ts';

/** After this long without a sign another server goes on. Milliseconds. */
export const LEASE_MS = 30_000;
const MOST_TAKE_OVERS = 5;
/** The store of `update_existing` may change while it is dreamed of. */
const ATTEMPTS = 5;

/** Null when it is not for us: others have it, or it has ended. */
export async function begin(core: Core, row: DreamRow): Promise<DreamRow | null> {
  const now = core.clock.now();
  const { status, hidden } = row.body;
  const isDue = status === 'pending' || (status === 'running' && hidden.leased_until < now);
  if (!isDue) return null;
  const store = row.body.outputs.length === 0 ? outputOf(core, row.body, now) : null;
  const body: DreamBody = {
    ...row.body,
    status: 'running',
    outputs: store === null ? row.body.outputs : [{ type: 'memory_store', memory_store_id: store.id }],
    hidden: { ...hidden, epoch: hidden.epoch + 1, leased_until: now + LEASE_MS },
  };
  const puts = [{ doc: changedDoc(row, body), expect: row.revision }, ...(store?.puts ?? [])];
  const committed = await core.store.commit({ puts });
  return committed.ok ? { ...row, body, revision: row.revision + 1 } : null;
}

/** The store that is written into, and what makes it when it is new. */
function outputOf(core: Core, dream: DreamBody, now: number): { id: MemoryStoreBody['id']; puts: Batch['puts'] } {
  const { output_behavior: output } = dream;
  switch (output.type) {
    case 'update_existing':
      return { id: storeId(output.memory_store_id), puts: [] };
    case 'create_new': {
      const store: MemoryStoreBody = {
        id: mint('memstore', now),
        type: 'memory_store',
        name: `Dream of ${dream.inputs[0].memory_store_id}`,
        description: `Written by ${dream.id}`,
        metadata: {},
        created_at: isoTime(now),
        updated_at: isoTime(now),
        archived_at: null,
      };
      const doc = newDoc(core, 'memory_store', store.id, store, { createdAt: now });
      return { id: store.id, puts: [{ doc, expect: 0 }] };
    }
    default:
      return assertNever(output);
  }
}

/** A store was found under it when the dream was made. */
function storeId(id: string): MemoryStoreBody['id'] {
  return id as MemoryStoreBody['id'];
}

/** Resolves when the dream has ended, also when others ended it or took it over. */
export async function finish(core: Core, row: DreamRow, signal: AbortSignal): Promise<void> {
  try {
    if (row.body.hidden.epoch > MOST_TAKE_OVERS) {
      throw new DreamFailed('the server stopped each time it dreamed this', { type: 'internal_error' });
    }
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const { written, usage } = await imagine(core, row.body, await readInput(core, row.body), signal);
      if (await complete(core, row, written, usage)) return;
    }
    throw new DreamFailed('the memory store changed all the time', { type: 'internal_error' });
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof DreamFailed)) throw error;
    await end(core, row, { status: 'failed', error: { type: error.type, message: error.message } });
  }
}

/** Models that this server brought along are not language models: for them the store is put in order by rule. */
async function imagine(
  core: Core,
  dream: DreamBody,
  input: DreamInput,
  signal: AbortSignal,
): Promise<{ written: Written[]; usage: DreamUsage }> {
  if (!core.models.some(({ id }) => id === dream.model.id)) return await askModel(core, dream, input, signal);
  return { written: consolidate(input.memories, input.transcripts, core.limits.memoryBytes), usage: dream.usage };
}

/** False when a memory was changed meanwhile: then nothing was written. */
async function complete(core: Core, row: DreamRow, written: Written[], usage: DreamUsage): Promise<boolean> {
  const [output] = row.body.outputs;
  const store = await core.store.get<MemoryStoreBody>('memory_store', output?.memory_store_id ?? '');
  if (store === null || store.archived) {
    throw new DreamFailed('the memory store that was to be written is archived or deleted', { type: 'internal_error' });
  }
  if (written.length > core.limits.memoriesPerStore) {
    throw new DreamFailed('the result has more memories than a store can hold', {
      type: 'input_memory_store_too_large',
    });
  }
  const whole = row.body.output_behavior.type === 'update_existing';
  return await end(core, row, { status: 'completed', usage }, await writesTo(core, store, written, whole));
}

/** True also when the dream is no longer ours to end. */
async function end(
  core: Core,
  row: DreamRow,
  ended: Partial<DreamBody>,
  { puts = [], removes = [] }: Pick<Batch, 'puts' | 'removes'> = {},
): Promise<boolean> {
  for (;;) {
    const current = await core.store.get<DreamBody>('dream', row.id);
    if (current === null || !isOurs(current, row)) return true;
    const body = { ...current.body, ...ended, ended_at: isoTime(core.clock.now()) };
    const put = { doc: changedDoc(current, body), expect: current.revision };
    const committed = await core.store.commit({ puts: [put, ...puts], removes });
    if (committed.ok) return true;
    // The lease was renewed meanwhile: once more. Anything else that changed has to be looked at again.
    if (committed.kind !== 'dream') return false;
  }
}

export function isOurs(current: DocRow<DreamBody>, row: DreamRow): boolean {
  return current.body.status === 'running' && current.body.hidden.epoch === row.body.hidden.epoch;
}
