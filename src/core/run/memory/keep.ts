/** Keeps what the hands wrote into memory folders: each change a version, its author the session. */
import { assertNever } from '../../../lib/assert-never.ts';
import type { MemoryBody, MemoryStoreBody, MemoryVersionBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import { memoryVersion } from '../../memories.ts';
import type { FencedBatch } from '../../ports/engine.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import { type Doc, type DocRow, StaleDocument } from '../../ports/store.ts';
import type { MemoryResourceBody } from '../../resources.ts';
import { iso } from '../draft.ts';
import type { Turn } from '../turn.ts';
import { type Changed, type Judged, judgeAll, type Verdict } from './judge.ts';
import type { Seen } from './seen.ts';
import { filesOf } from './show.ts';
import { memoriesOf, storesOf } from './stores.ts';

const attempts = 8;

/** What the agent must be told: changes that were not kept, and why. Costs nothing where no store can be written. */
export async function keepMemories(turn: Turn, sandbox: Sandbox, seen: Seen): Promise<string[]> {
  const mounts = (await turn.mounts()).memories.filter((mount) => mount.access === 'read_write');
  if (mounts.length === 0) return [];
  const files = await sandbox.changes();
  const notes: string[] = [];
  for (const mount of mounts) {
    const hashes = seen.get(mount.memory_store_id)?.hashes;
    const changes = files
      .filter((file) => file.path.startsWith(`${mount.mount_path}/`))
      .map(({ path, bytes }) => ({ path: path.slice(mount.mount_path.length), bytes }))
      .map((file) => ({ ...file, base: hashes?.get(file.path) ?? null }));
    if (changes.length > 0) notes.push(...(await keepIn(turn, sandbox, seen, mount, changes)));
  }
  return notes;
}

async function keepIn(
  turn: Turn,
  sandbox: Sandbox,
  seen: Seen,
  mount: MemoryResourceBody,
  changes: readonly Changed[],
): Promise<string[]> {
  for (let tries = 1; ; tries++) {
    const [store] = await storesOf(turn, [mount.memory_store_id]);
    if (!store || store.archived) {
      return [
        `Nothing written to ${mount.mount_path} was kept: the memory store is ${store ? 'archived' : 'deleted'}.`,
      ];
    }
    const memories = await memoriesOf(turn, store.id);
    const judged = judgeAll(changes, memories, turn.limits);
    try {
      if (judged.some(({ verdict }) => verdict.do === 'write' || verdict.do === 'delete')) {
        await turn.write(batchOf(turn, store, judged));
      }
    } catch (error) {
      if (error instanceof StaleDocument && tries < attempts) continue;
      throw error;
    }
    await revert(turn, sandbox, mount, judged);
    remember(seen, mount, judged);
    return judged.flatMap((one) => note(mount.mount_path + one.path, one.verdict));
  }
}

/** The store itself is part of the write, so that of two writers who saw the same memories one has to look again. */
function batchOf(
  turn: Turn,
  store: DocRow<MemoryStoreBody>,
  judged: readonly Judged[],
): Pick<FencedBatch, 'puts' | 'removes'> {
  const { revision, position, ...same } = store;
  const puts: { doc: Omit<Doc, 'revision'>; expect: number }[] = [{ doc: same, expect: revision }];
  const removes: { kind: 'memory'; id: string }[] = [];
  const now = turn.now();
  const author = { type: 'session_actor' as const, session_id: turn.session };
  const under = { workspace: turn.workspace, parent: store.id, createdAt: now, archived: false };
  const record = (version: MemoryVersionBody) =>
    puts.push({ doc: { kind: 'memory_version', id: version.id, ...under, body: version }, expect: 0 });
  for (const { path, verdict } of judged) {
    if (verdict.do === 'delete') {
      const gone = { operation: 'deleted' as const, path, content: null, content_sha256: null };
      record(memoryVersion(verdict.memory.body, { ...gone, content_size_bytes: null }, author, now));
      removes.push({ kind: 'memory', id: verdict.memory.id });
    }
    if (verdict.do !== 'write') continue;
    const { memory, written } = verdict;
    const id = memory?.body.id ?? mint('mem', now);
    const operation = memory === null ? 'created' : 'modified';
    const version = memoryVersion({ id, memory_store_id: store.body.id }, { operation, path, ...written }, author, now);
    record(version);
    const { content: _, ...size } = written;
    const body: MemoryBody = {
      id,
      type: 'memory',
      memory_store_id: store.body.id,
      path,
      ...size,
      memory_version_id: version.id,
      created_at: memory?.body.created_at ?? iso(now),
      updated_at: iso(now),
    };
    const createdAt = memory?.createdAt ?? now;
    puts.push({ doc: { kind: 'memory', id, ...under, createdAt, body }, expect: memory?.revision ?? 0 });
  }
  return { puts, removes };
}

/** Puts back what the store holds where somebody else was first. */
async function revert(
  turn: Turn,
  sandbox: Sandbox,
  mount: MemoryResourceBody,
  judged: readonly Judged[],
): Promise<void> {
  const lost = judged.filter(({ verdict }) => verdict.do === 'revert');
  if (lost.length === 0) return;
  const theirs = lost.flatMap(({ verdict }) =>
    verdict.do === 'revert' && verdict.memory !== null ? [verdict.memory.body] : [],
  );
  await sandbox.put([
    ...lost.map(({ path }) => ({ path: mount.mount_path + path, bytes: null })),
    ...(await filesOf(turn, mount.mount_path, theirs)),
  ]);
}

/** The revision stays as it was: the next look reads the store again and finds only what others wrote. */
function remember(seen: Seen, mount: MemoryResourceBody, judged: readonly Judged[]): void {
  const hashes = seen.get(mount.memory_store_id)?.hashes;
  for (const { path, verdict } of judged) {
    const hash = hashAfter(verdict);
    if (hash === 'as before') continue;
    if (hash === null) hashes?.delete(path);
    else hashes?.set(path, hash);
  }
}

function hashAfter(verdict: Verdict): string | null {
  switch (verdict.do) {
    case 'write':
      return verdict.written.content_sha256;
    case 'delete':
      return null;
    case 'revert':
      return verdict.memory?.body.content_sha256 ?? null;
    case 'nothing':
      return verdict.hash;
    case 'leave':
      return 'as before';
    default:
      return assertNever(verdict);
  }
}

function note(path: string, verdict: Verdict): string[] {
  if (verdict.do === 'leave') return [`${path} was not kept as a memory: ${verdict.why}.`];
  if (verdict.do !== 'revert') return [];
  const now = verdict.memory === null ? 'it was deleted' : 'the file now holds what they wrote';
  return [`${path} was not kept: somebody else changed this memory meanwhile, and ${now}. Read it and decide again.`];
}
