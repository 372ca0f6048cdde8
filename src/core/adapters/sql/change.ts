import type { SessionEvent } from '../../events.ts';
import type { EventId, LogId, SessionId } from '../../ids.ts';
import type { FencedBatch, Lease, ToolCall } from '../../ports/engine.ts';
import type { Batch, Doc, InboxRow, NewLogRow } from '../../ports/store.ts';

/** A batch as the writer takes it: bodies already JSON text, so that one that cannot be written fails before it queues. */
export interface Change {
  /** The lease the change is written under, null for changes of the API. */
  fence: { session: SessionId; epoch: number } | null;
  puts: readonly { doc: Omit<Doc, 'revision' | 'body'>; body: string; expect: number | null }[];
  removes: readonly { kind: Doc['kind']; id: string }[];
  inbox: readonly { session: LogId; event: SessionEvent; body: string }[];
  append: readonly { session: LogId; rows: readonly EncodedRow[] }[];
  takes: readonly { session: LogId; id: EventId }[];
  toolCalls: readonly Pick<ToolCall, 'toolUse' | 'state'>[];
  wakes: readonly SessionId[];
  opens: readonly LogId[];
  erases: readonly LogId[];
  /** Characters of text to be written, for the bound on one transaction. */
  size: number;
}
export interface EncodedRow {
  event: SessionEvent;
  memo: unknown;
  body: string;
  memoText: string | null;
}

export function changeOf(batch: Batch): Change {
  const parts = {
    puts: (batch.puts ?? []).map(encodePut),
    inbox: (batch.inbox ?? []).map(encodeInput),
    append: (batch.append ?? []).map(encodeAppend),
  };
  return {
    fence: null,
    ...parts,
    removes: batch.removes ?? [],
    takes: [],
    toolCalls: [],
    wakes: batch.wakes ?? [],
    opens: batch.opens ?? [],
    erases: batch.erases ?? [],
    size: sizeOf(parts),
  };
}

export function fencedChangeOf(lease: Lease, batch: FencedBatch): Change {
  const parts = {
    puts: (batch.puts ?? []).map(encodePut),
    inbox: (batch.inbox ?? []).map(encodeInput),
    append: [{ session: lease.session, rows: batch.rows }, ...(batch.append ?? [])].map(encodeAppend),
  };
  return {
    fence: { session: lease.session, epoch: lease.epoch },
    ...parts,
    removes: batch.removes ?? [],
    takes: [...(batch.takes ?? []).map((id) => ({ session: lease.session, id })), ...(batch.threadTakes ?? [])],
    toolCalls: batch.toolCalls ?? [],
    wakes: [],
    opens: batch.opens ?? [],
    erases: [],
    size: sizeOf(parts),
  };
}

function encodePut(put: { doc: Omit<Doc, 'revision'>; expect?: number }): Change['puts'][number] {
  const { body, ...doc } = put.doc;
  return { doc, body: JSON.stringify(body ?? null), expect: put.expect ?? null };
}

function encodeInput(row: InboxRow): Change['inbox'][number] {
  return { ...row, body: JSON.stringify(row.event) };
}

function encodeAppend({ session, rows }: { session: LogId; rows: readonly NewLogRow[] }): Change['append'][number] {
  return { session, rows: rows.map(encodeRow) };
}

function encodeRow(row: NewLogRow): EncodedRow {
  const memo = row.memo ?? null;
  return {
    event: row.event,
    memo,
    body: JSON.stringify(row.event),
    memoText: memo === null ? null : JSON.stringify(memo),
  };
}

function sizeOf(parts: Pick<Change, 'puts' | 'inbox' | 'append'>): number {
  let size = 0;
  for (const put of parts.puts) size += put.body.length;
  for (const row of parts.inbox) size += row.body.length;
  for (const { rows } of parts.append) {
    for (const row of rows) size += row.body.length + (row.memoText?.length ?? 0);
  }
  return size;
}
