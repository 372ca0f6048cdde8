/**
 * Decides what a group of changes writes. Pure: takes what the database says now and the changes in their order,
 * answers one outcome per change and the rows of the whole group. A change whose guard fails writes nothing and
 * does not disturb its neighbours; each sees what those before it did.
 */
import type { SessionEvent } from '../../events.ts';
import type { EventId, LogId, SessionId } from '../../ids.ts';
import type { DocKind, FeedItem, LogRow } from '../../ports/store.ts';
import { advanced, type Ledger, linkAfter, NO_HEAD } from './chain.ts';
import type { Change } from './change.ts';

/** The owner row of a session. */
export interface SessionRow {
  id: LogId;
  /** By which claims are shared out; empty when it was opened without its document. */
  workspace: string;
  seq: number;
  /** The hash of the last line. */
  head: string;
  epoch: number;
  /** Null while nobody runs it. */
  leaseUntil: number | null;
  /** Null while there is nothing to do. */
  wakeAt: number | null;
  /** Woken since it was claimed: release leaves it due. */
  woken: boolean;
  /** Took up input since it was claimed: release leaves it due while more is waiting. */
  took: boolean;
}

export interface Seen {
  sessions: ReadonlyMap<LogId, SessionRow>;
  /** Revisions by `docKey`; absent means the document does not exist. */
  revisions: ReadonlyMap<string, number>;
  /** Null where many write at once: they would all wait for one row. */
  ledger: Ledger | null;
}

export type Outcome =
  | { ok: true; appended: LogRow[]; feed: readonly FeedEntry[]; woke: boolean }
  | { ok: false; why: 'stale'; kind: DocKind; id: string }
  | { ok: false; why: 'fenced' };
export interface FeedEntry {
  session: LogId;
  item: FeedItem;
  /** The number of an inbox row, where the database has given one. */
  n?: number;
}

/** Applied in the order of the fields: what is deleted goes before what is written. */
export interface Writes {
  removes: { kind: DocKind; id: string }[];
  erases: Set<LogId>;
  /** What stays of an erased log: that it was, how long, and its last hash. */
  erasures: { session: LogId; seq: number; head: string }[];
  sessions: Map<LogId, SessionRow>;
  puts: Map<string, Change['puts'][number] & { revision: number }>;
  inbox: { session: LogId; id: EventId; body: string }[];
  takes: { session: LogId; id: EventId }[];
  events: { session: LogId; seq: number; event: SessionEvent; body: string; memoText: string | null; hash: string }[];
  toolCalls: { session: SessionId; toolUse: EventId; state: string; epoch: number }[];
  /** Null when nothing is written, or where none is kept. */
  ledger: Ledger | null;
}

export function docKey(kind: DocKind, id: string): string {
  return `${kind} ${id}`;
}

export function planGroup(
  seen: Seen,
  changes: readonly Change[],
  now: number,
): { outcomes: Outcome[]; writes: Writes } {
  const state = { sessions: new Map(seen.sessions), revisions: new Map(seen.revisions) };
  const writes: Writes = {
    removes: [],
    erases: new Set(),
    erasures: [],
    sessions: new Map(),
    puts: new Map(),
    inbox: [],
    takes: [],
    events: [],
    toolCalls: [],
    ledger: null,
  };
  const outcomes = changes.map((change) => refusal(state, change) ?? accept(state, writes, change, now));
  if (seen.ledger !== null && outcomes.some(({ ok }) => ok)) {
    writes.ledger = advanced(seen.ledger, [...movedHeads(seen, writes)]);
  }
  return { outcomes, writes };
}

function* movedHeads(seen: Seen, writes: Writes): Iterable<{ from: string; to: string }> {
  const before = new Map([...seen.sessions].map(([id, { head }]) => [id, head]));
  for (const { session, head } of writes.erasures) {
    yield { from: before.get(session) ?? NO_HEAD, to: head };
    before.delete(session);
  }
  for (const { id, head } of writes.sessions.values()) yield { from: before.get(id) ?? NO_HEAD, to: head };
}

interface State {
  sessions: Map<LogId, SessionRow>;
  revisions: Map<string, number>;
}

/** A lost lease is told before a stale document, and writing to a session that is gone counts as stale. */
function refusal(state: State, change: Change): Outcome | null {
  if (change.fence && !holds(state, change.fence)) return { ok: false, why: 'fenced' };
  for (const { doc, expect } of change.puts) {
    if (expect !== null && expect !== (state.revisions.get(docKey(doc.kind, doc.id)) ?? 0)) {
      return { ok: false, why: 'stale', kind: doc.kind, id: doc.id };
    }
  }
  for (const id of change.opens) {
    if (state.sessions.has(id)) return { ok: false, why: 'stale', kind: 'session', id };
  }
  for (const { session } of [...change.append, ...change.inbox]) {
    if (!(state.sessions.has(session) || change.opens.includes(session))) {
      return { ok: false, why: 'stale', kind: 'session', id: session };
    }
  }
  return null;
}

function holds(state: State, fence: NonNullable<Change['fence']>): boolean {
  const row = state.sessions.get(fence.session);
  return row !== undefined && row.epoch === fence.epoch && row.leaseUntil !== null;
}

function accept(state: State, writes: Writes, change: Change, now: number): Outcome {
  const feed: FeedEntry[] = [];
  const appended: LogRow[] = [];
  const touch = (id: LogId, update: (row: SessionRow) => Partial<SessionRow>) =>
    touchSession(state, writes, id, update);

  for (const id of change.opens) openSession(state, writes, id, workspaceOf(change, id));
  for (const put of change.puts) putDocument(state, writes, put);
  for (const { kind, id } of change.removes) removeDocument(state, writes, kind, id);
  for (const { session, rows } of change.append) {
    touch(session, ({ seq, head }) => {
      for (const { event, memo, body, memoText } of rows) {
        seq += 1;
        head = linkAfter(head, { session, seq, body, memoText });
        writes.events.push({ session, seq, event, body, memoText, hash: head });
        appended.push({ session, seq, event, memo });
        feed.push({ session, item: { kind: 'logged', seq, event } });
      }
      return { seq, head };
    });
  }
  for (const { session, event, body } of change.inbox) {
    touch(session, () => ({ woken: true }));
    writes.inbox.push({ session, id: event.id, body });
    feed.push({ session, item: { kind: 'queued', event } });
  }
  if (change.fence) takeUp(writes, change, change.fence, touch);
  const woken = change.wakes.filter((id) => state.sessions.has(id));
  for (const id of woken) touch(id, (row) => ({ woken: true, wakeAt: Math.min(row.wakeAt ?? now, now) }));
  for (const id of change.erases) {
    eraseSession(state, writes, id);
    feed.push({ session: id, item: { kind: 'erased' } });
  }
  return { ok: true, appended, feed, woke: woken.length > 0 };
}

type Touch = (id: LogId, update: (row: SessionRow) => Partial<SessionRow>) => SessionRow;

function takeUp(writes: Writes, change: Change, fence: { session: SessionId; epoch: number }, touch: Touch): void {
  const { session, epoch } = fence;
  for (const take of change.takes) writes.takes.push(take);
  if (change.takes.length > 0) touch(session, () => ({ took: true }));
  for (const call of change.toolCalls) writes.toolCalls.push({ session, epoch, ...call });
}

function workspaceOf(change: Change, id: LogId): string {
  return change.puts.find(({ doc }) => doc.id === id)?.doc.workspace ?? '';
}

function openSession(state: State, writes: Writes, id: LogId, workspace: string): void {
  const row = {
    id,
    workspace,
    seq: 0,
    head: NO_HEAD,
    epoch: 0,
    leaseUntil: null,
    wakeAt: null,
    woken: false,
    took: false,
  };
  state.sessions.set(id, row);
  writes.sessions.set(id, row);
}

function touchSession(
  state: State,
  writes: Writes,
  id: LogId,
  update: (row: SessionRow) => Partial<SessionRow>,
): SessionRow {
  const row = state.sessions.get(id);
  if (row === undefined) throw new Error(`session ${id} was written to before its guard was checked`);
  const next = { ...row, ...update(row) };
  state.sessions.set(id, next);
  writes.sessions.set(id, next);
  return next;
}

function putDocument(state: State, writes: Writes, put: Change['puts'][number]): void {
  const key = docKey(put.doc.kind, put.doc.id);
  const revision = (state.revisions.get(key) ?? 0) + 1;
  state.revisions.set(key, revision);
  writes.puts.set(key, { ...put, revision });
}

function removeDocument(state: State, writes: Writes, kind: DocKind, id: string): void {
  const key = docKey(kind, id);
  state.revisions.delete(key);
  writes.puts.delete(key);
  writes.removes.push({ kind, id });
}

/** Rows that changes before it in the group would have written are dropped with the rest. */
function eraseSession(state: State, writes: Writes, id: LogId): void {
  const row = state.sessions.get(id);
  if (row !== undefined) writes.erasures.push({ session: id, seq: row.seq, head: row.head });
  state.sessions.delete(id);
  writes.sessions.delete(id);
  writes.erases.add(id);
  writes.events = writes.events.filter((row) => row.session !== id);
  writes.inbox = writes.inbox.filter((row) => row.session !== id);
  writes.takes = writes.takes.filter((row) => row.session !== id);
  writes.toolCalls = writes.toolCalls.filter((row) => row.session !== id);
}
