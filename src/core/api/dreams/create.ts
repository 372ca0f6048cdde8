import type { MemoryStoreBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import { type Core, isoTime, lock, newDoc, shown, untilFresh } from '../core.ts';
import { conflict, invalid } from '../errors.ts';
import type { DreamBody, OutputBehavior } from './body.ts';
import type { DreamCreate } from './schema.ts';

/** Begun by the clock, soon. Two dreams never write into one store at a time: the second is refused. */
export async function createDream(core: Core, { body }: { body: DreamCreate }): Promise<object> {
  const { store, sessions } = inputsOf(body);
  const output = body.output_behavior ?? { type: 'create_new' };
  const holds = heldBy(output, store);
  await checkSessions(core, sessions);
  return await untilFresh(async () => {
    const row = await core.store.get<MemoryStoreBody>('memory_store', store);
    if (row === null || row.workspace !== core.workspace) throw invalid(`inputs: no memory store ${store}`);
    if (row.archived) throw invalid(`inputs: memory store ${store} is archived`);
    if (holds !== null) await refuseHeld(core, holds);
    const now = core.clock.now();
    const dream: DreamBody = {
      id: mint('drm', now),
      type: 'dream',
      status: 'pending',
      inputs: [
        { type: 'memory_store', memory_store_id: store },
        { type: 'sessions', session_ids: sessions },
      ],
      outputs: [],
      model: { id: typeof body.model === 'string' ? body.model : body.model.id, speed: 'standard' },
      instructions: body.instructions ?? null,
      output_behavior: output,
      session_id: null,
      usage: { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
      error: null,
      created_at: isoTime(now),
      ended_at: null,
      archived_at: null,
      hidden: { epoch: 0, leased_until: 0, holds },
    };
    const doc = newDoc(core, 'dream', dream.id, dream, { createdAt: now });
    // The store is locked, so that of two dreams that would write into it at the same moment one is refused.
    const committed = await core.store.commit({ puts: [...(holds === null ? [] : [lock(row)]), { doc, expect: 0 }] });
    return committed.ok ? { done: shown(dream) } : 'stale';
  });
}

function inputsOf({ inputs }: DreamCreate): { store: string; sessions: string[] } {
  const store = inputs.find((input) => input.type === 'memory_store');
  const sessions = inputs.find((input) => input.type === 'sessions');
  if (store === undefined || sessions === undefined) throw invalid('inputs: one memory_store and one sessions entry');
  return { store: store.memory_store_id, sessions: [...sessions.session_ids].sort() };
}

function heldBy(output: OutputBehavior, store: string): string | null {
  if (output.type === 'create_new') return null;
  if (output.memory_store_id === store) return store;
  throw invalid('output_behavior.memory_store_id: must be the memory store of the inputs');
}

async function checkSessions(core: Core, ids: readonly string[]): Promise<void> {
  const rows = await core.store.getMany('session', ids);
  const known = new Set(rows.filter((row) => row.workspace === core.workspace).map((row) => row.id));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw invalid(`inputs: no session ${missing}`);
}

async function refuseHeld(core: Core, store: string): Promise<void> {
  const [holder] = await core.store.list<DreamBody>({
    kind: 'dream',
    workspace: core.workspace,
    order: 'asc',
    limit: 1,
    includeArchived: true,
    where: { status: ['pending', 'running'], 'hidden.holds': store },
  });
  if (holder !== undefined) throw conflict(`dream ${holder.id} writes into memory store ${store}; wait until it ended`);
}
