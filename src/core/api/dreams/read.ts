/** What a dream reads: the memories of its store and what was said in its sessions. */
import type { MemoryBody, MemoryStoreBody, SessionBody } from '../../documents.ts';
import type { SessionEvent } from '../../events.ts';
import type { SessionId } from '../../ids.ts';
import type { DocRow } from '../../ports/store.ts';
import type { Core } from '../core.ts';
import { memoriesOf } from '../memory-stores/memories/find.ts';
import { memoriesWire } from '../memory-stores/memories/wire.ts';
import type { DreamBody } from './body.ts';
import type { Said, Transcript } from './consolidate/heard.ts';
import { DreamFailed } from './failure.ts';

/** UTF-8 bytes of all memories together. */
const MOST_BYTES = 20_000_000;
/** Of one session; the beginning is left out of longer ones. */
const MOST_SAID = 400;

export interface DreamInput {
  store: DocRow<MemoryStoreBody>;
  memories: (MemoryBody & { content: string })[];
  transcripts: Transcript[];
}

/** Throws `DreamFailed` when something of it is gone. */
export async function readInput(core: Core, { inputs }: DreamBody): Promise<DreamInput> {
  const [{ memory_store_id: id }, { session_ids }] = inputs;
  const store = await core.store.get<MemoryStoreBody>('memory_store', id);
  if (store === null || store.archived) {
    throw new DreamFailed(`memory store ${id} was archived or deleted`, { type: 'input_memory_store_unavailable' });
  }
  const bodies = await memoriesOf(core, id);
  const size = bodies.reduce((sum, { content_size_bytes }) => sum + content_size_bytes, 0);
  if (size > MOST_BYTES) {
    throw new DreamFailed(`memory store ${id} holds more than ${MOST_BYTES} bytes`, {
      type: 'input_memory_store_too_large',
    });
  }
  const memories = await memoriesWire(core, bodies, 'full');
  const contents = memories.map((memory) => ('content' in memory ? String(memory.content ?? '') : ''));
  return {
    store,
    memories: bodies.map((body, index) => ({ ...body, content: contents[index] ?? '' })),
    transcripts: await Promise.all(session_ids.map((session) => transcriptOf(core, session))),
  };
}

async function transcriptOf(core: Core, id: string): Promise<Transcript> {
  const row = await core.store.get<SessionBody & { id: SessionId }>('session', id);
  if (row === null) throw new DreamFailed(`session ${id} was deleted`, { type: 'input_session_unavailable' });
  const rows = await core.store.log({
    session: row.body.id,
    order: 'desc',
    limit: MOST_SAID,
    types: ['user.message', 'agent.message'],
  });
  return { session: id, said: rows.reverse().flatMap(({ event }) => saidIn(event)) };
}

function saidIn(event: SessionEvent): Said[] {
  if (event.type !== 'user.message' && event.type !== 'agent.message') return [];
  const text = event.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  const who = event.type === 'user.message' ? 'user' : 'agent';
  return text.trim() === '' || event.processed_at === null ? [] : [{ who, at: event.processed_at, text }];
}
