/** What the hands put out becomes files of the session, so that it outlives the sandbox. */
import { posix } from 'node:path';
import { typeByExtension } from '../../../lib/type-by-extension.ts';
import type { FileBody, SessionBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import type { DocRow } from '../../ports/store.ts';
import { iso } from '../draft.ts';
import type { Turn } from '../turn.ts';

const maxFiles = 500;
const maxBytes = 500 * 1024 * 1024;
const attempts = 5;
const ROOT = '/mnt/session/outputs';

interface Output {
  path: string;
  bytes: Uint8Array;
  blob: string;
}

/**
 * One file for each output as it is now; an output that has not changed keeps its file, one that has gets another.
 * A sandbox that is gone puts nothing out.
 */
export async function keepOutputs(turn: Turn): Promise<void> {
  const outputs = await turn.hands.outputs(turn.session).catch(() => null);
  if (outputs === null || outputs.length === 0) return;
  const stored: Output[] = [];
  for (const { path, bytes } of outputs.slice(0, maxFiles)) {
    stored.push({ path, bytes, blob: await putBlob(turn, bytes) });
  }
  for (let tries = 0; tries < attempts; tries++) {
    const added = await addFiles(turn, stored);
    if (added === null) continue;
    // Bytes that nobody named while they were written may have been taken for garbage: now they are named.
    for (const { bytes } of added) await putBlob(turn, bytes);
    return;
  }
}

/** More of what an earlier sandbox had put out than this is named and not read. Files, bytes of each. */
const mostRead = 50;
const longestRead = 1024 * 1024;

/**
 * What the session has to show: the outputs of its sandbox as they are, and those kept of sandboxes that are gone. Newest
 * first; what is too much is said to be there.
 */
export async function deliverables(turn: Turn): Promise<{ path: string; bytes: Uint8Array }[]> {
  const outputs = (await turn.hands.outputs(turn.session).catch(() => null)) ?? [];
  const present = new Set(outputs.map(({ path }) => path));
  const kept = await keptFiles(turn);
  const missing = [...kept.values()].filter(({ hidden }) => !present.has(hidden.output ?? ''));
  const earlier = missing.map(async (file, place) => {
    const isRead = place < mostRead && file.size_bytes <= longestRead && file.hidden.blob !== '';
    const bytes = isRead ? await turn.ports.blobs.get(file.hidden.blob).catch(() => null) : null;
    const note = `[${file.size_bytes} bytes, not read]`;
    return { path: file.hidden.output ?? file.filename, bytes: bytes ?? new TextEncoder().encode(note) };
  });
  return [...outputs, ...(await Promise.all(earlier))];
}

/** The newest file of each output. */
async function keptFiles(turn: Turn): Promise<Map<string, FileBody>> {
  const files = new Map<string, FileBody>();
  for (const { body } of await filesOf(turn)) {
    const path = body.hidden.output;
    if (path?.startsWith(`${ROOT}/`) && !files.has(path)) files.set(path, body);
  }
  return files;
}

/** Newest first. */
function filesOf(turn: Turn): Promise<DocRow<FileBody>[]> {
  return turn.ports.store.list<FileBody>({
    kind: 'file',
    workspace: turn.workspace,
    parent: turn.session,
    order: 'desc',
    limit: 10_000,
    includeArchived: true,
  });
}

async function putBlob(turn: Turn, bytes: Uint8Array): Promise<string> {
  return (await turn.ports.blobs.put(once(bytes), maxBytes)).key;
}
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The outputs that got a file now; null when the session changed meanwhile, and then nothing was written. */
async function addFiles(turn: Turn, outputs: readonly Output[]): Promise<Output[] | null> {
  const { store } = turn.ports;
  const session = await store.get<SessionBody>('session', turn.session);
  if (session === null) return [];
  const known = await filesOf(turn);
  const latest = new Map<string, string>();
  for (const { body } of [...known].reverse()) latest.set(body.hidden.output ?? '', body.hidden.blob);
  const fresh = outputs.filter(({ path, blob }) => latest.get(path) !== blob);
  if (fresh.length === 0) return [];
  const { revision, position, ...same } = session;
  const committed = await store.commit({
    // The session as it is: were it deleted meanwhile, nothing may be left under it.
    puts: [{ doc: same, expect: revision }, ...fresh.map((output) => fileDoc(turn, session, output))],
  });
  return committed.ok ? fresh : null;
}

function fileDoc(turn: Turn, session: DocRow<SessionBody>, { path, bytes, blob }: Output) {
  const now = turn.now();
  const body: FileBody = {
    id: mint('file', now),
    type: 'file',
    filename: posix.basename(path),
    mime_type: typeByExtension(path),
    size_bytes: bytes.length,
    created_at: iso(now),
    downloadable: true,
    expires_at: null,
    scope: { type: 'session', id: turn.session },
    hidden: { blob, output: path },
  };
  const { workspace } = session;
  const doc = { kind: 'file' as const, id: body.id, workspace, parent: turn.session, createdAt: now, archived: false };
  return { doc: { ...doc, body }, expect: 0 };
}
