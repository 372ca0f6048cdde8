/** What a tool answered at length becomes a file of the session; the model reads its head, its tail, and where the rest is. */
import type { FileBody } from '../../documents.ts';
import type { EventOf, ResultBlock } from '../../events.ts';
import { mint } from '../../ids.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import { iso } from '../draft.ts';
import type { Call } from '../state/calls.ts';
import type { Memo } from '../state/memo.ts';
import { LOG_TOOL } from '../tools/session-log.ts';
import type { Staged, Turn } from '../turn.ts';
import { excerpt } from './excerpt.ts';
import { windowOf } from './window.ts';

/** Where the sandbox has them, read-only. */
export const OUTPUTS_ROOT = '/mnt/session/tool_outputs';
const mostBytes = 64 * 1024 * 1024;
const mostShown = 100;

interface Spilled extends Required<Pick<Staged, 'puts'>> {
  content: ResultBlock[];
  memo?: Memo;
}

/** Characters of one answer that the model gets to read at once; a mind that reads anything reads all. */
export function mostOutput(turn: Turn): number {
  return Number.isFinite(windowOf(turn)) ? turn.limits.outputCharacters : Number.POSITIVE_INFINITY;
}

export function textLength(content: readonly ResultBlock[]): number {
  return content.reduce((sum, block) => sum + (block.type === 'text' ? block.text.length : 0), 0);
}

/**
 * Keeps the whole of it, and answers what the model reads and the document that makes it a file. Must run inside a hold of
 * the bytes' store, until the document is written. An answer that cannot be kept is still told, marked.
 */
export async function spill(turn: Turn, call: Call, content: readonly ResultBlock[]): Promise<Spilled> {
  const most = turn.limits.outputCharacters;
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
  const rest = content.filter((block) => block.type !== 'text');
  const told = (where: string): ResultBlock[] => [{ type: 'text', text: excerpt(text, most, where) }, ...rest];
  if (turn.state().context.spilled.length >= turn.limits.spilledOutputs)
    return { puts: [], content: told('they were not kept, the session has too many long outputs') };
  try {
    const bytes = new TextEncoder().encode(text);
    const { key } = await turn.ports.blobs.put(once(bytes), mostBytes);
    const doc = fileDoc(turn, call, { blob: key, size: bytes.length });
    const where = `the whole is ${doc.id}, in the sandbox at ${pathOf(doc.id)}; ${LOG_TOOL} reads it too where it is offered`;
    return { puts: [{ doc, expect: 0 }], content: told(where), memo: { kind: 'spilled', file: doc.id } };
  } catch {
    return { puts: [], content: told('they could not be kept, the store of files failed') };
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function pathOf(file: string): string {
  return `${OUTPUTS_ROOT}/${file}.txt`;
}

function fileDoc(turn: Turn, call: Call, kept: { blob: string; size: number }) {
  const now = turn.now();
  const id = mint('file', now);
  const body: FileBody = {
    id,
    type: 'file',
    filename: `${call.name}-output.txt`,
    mime_type: 'text/plain',
    size_bytes: kept.size,
    created_at: iso(now),
    downloadable: true,
    expires_at: null,
    scope: { type: 'session', id: turn.session },
    hidden: { blob: kept.blob, output: pathOf(id) },
  };
  const under = { workspace: turn.workspace, parent: turn.session, createdAt: now, archived: false };
  return { kind: 'file' as const, id, ...under, body };
}

const shownIn = new WeakMap<Sandbox, Set<string>>();

/** Puts the newest of them into a sandbox that has not got them yet. */
export async function showOutputs(turn: Turn, sandbox: Sandbox): Promise<void> {
  const shown = shownIn.get(sandbox) ?? new Set();
  shownIn.set(sandbox, shown);
  const missing = turn.state().context.spilled.filter((id) => !shown.has(id));
  if (missing.length === 0) return;
  const files = await turn.ports.store.getMany<FileBody>('file', missing.slice(-mostShown));
  for (const { body } of files) {
    const bytes = body.hidden.blob === '' ? null : await turn.ports.blobs.get(body.hidden.blob).catch(() => null);
    if (bytes !== null) await sandbox.put([{ path: pathOf(body.id), bytes }]);
  }
  for (const id of missing) shown.add(id);
}

/** What a client answered stands whole in the log, as it was sent; the model reads an excerpt of it. */
export function excerptMemo(turn: Turn, event: { type: string }): { memo?: Memo } {
  if (!isClientResult(event) || textLength(event.content ?? []) <= mostOutput(turn)) return {};
  return { memo: { kind: 'excerpt', most: turn.limits.outputCharacters } };
}

function isClientResult(event: { type: string }): event is EventOf<'user.tool_result' | 'user.custom_tool_result'> {
  return event.type === 'user.tool_result' || event.type === 'user.custom_tool_result';
}
