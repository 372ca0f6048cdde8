/** The thread of one consultation: its document, its own log, and what the session's log shows of it. */
import type { StopReason } from '../../events.ts';
import type { EventId, ThreadId } from '../../ids.ts';
import type { NewLogRow } from '../../ports/store.ts';
import { ADVISOR_NAME, type ThreadBody, type ThreadSpent } from '../../threads.ts';
import { iso, stamp } from '../draft.ts';
import { memoOf } from '../state/memo.ts';
import { noneSpent, spend } from '../state/spent.ts';
import { newThread, threadDoc } from '../threads/new-thread.ts';
import type { Turn } from '../turn.ts';

export interface Consultation {
  thread: ThreadId;
  model: string;
  body: ThreadBody;
  /** Requests made so far, and the one a dead process left open. */
  asked: number;
  open: EventId | null;
  spent: ThreadSpent;
}

interface Lines {
  own?: NewLogRow[];
  /** On the session's log. */
  shown?: NewLogRow[];
}

export function write(turn: Turn, it: Consultation, { own = [], shown = [] }: Lines): void {
  it.spent = own.reduce(spendOn, it.spent);
  turn.ledger.setSpent(it.thread, it.spent);
  turn.stage({ rows: shown, append: [{ session: it.thread, rows: own }] });
}

function spendOn(spent: ThreadSpent, { event, memo }: Pick<NewLogRow, 'event' | 'memo'>): ThreadSpent {
  return event.type === 'span.model_request_end' ? spend(spent, event.model_usage, memoOf(memo)) : spent;
}

/** A line about the thread stands in its own log and in the session's. */
function both(turn: Turn, it: Consultation, row: NewLogRow): void {
  write(turn, it, { own: [row], shown: [row] });
}

function named(thread: ThreadId) {
  return { session_thread_id: thread, agent_name: ADVISOR_NAME };
}

export function beginAdvice(turn: Turn, model: string): Consultation {
  const now = turn.now();
  const body = newThread(turn, { type: 'advisor', model }, now);
  const { id } = body;
  const it: Consultation = { thread: id, model, body, asked: 0, open: null, spent: noneSpent };
  const created = { ...stamp(now), type: 'session.thread_created' as const, workflow_run_id: null, ...named(id) };
  turn.stage({ rows: [{ event: created }], opens: [id], puts: [{ doc: threadDoc(turn, body), expect: 0 }] });
  both(turn, it, { event: { ...stamp(now), type: 'session.thread_status_running', ...named(id) } });
  return it;
}

/** As a process left it that did not live to see the answer. */
export async function findAdvice(turn: Turn, thread: ThreadId): Promise<Consultation> {
  const { store } = turn.ports;
  const [doc, rows] = await Promise.all([
    store.get<ThreadBody>('session_thread', thread),
    store.log({ session: thread, order: 'asc', limit: 100 }),
  ]);
  if (doc === null || doc.body.agent.type !== 'advisor') throw new Error(`thread ${thread} is no advisor's`);
  const starts = rows.filter(({ event }) => event.type === 'span.model_request_start');
  const last = rows.findLast(({ event }) => event.type.startsWith('span.'))?.event;
  const open = last?.type === 'span.model_request_start' ? last.id : null;
  const { model } = doc.body.agent;
  return { thread, model, body: doc.body, asked: starts.length, open, spent: rows.reduce(spendOn, noneSpent) };
}

/** For good: it is archived, and its place is free. Written with what is staged besides. */
export function endAdvice(turn: Turn, it: Consultation, stop_reason: StopReason): void {
  const now = turn.now();
  const since = it.body.hidden.running_since ?? now;
  const body: ThreadBody = {
    ...it.body,
    status: 'terminated',
    updated_at: iso(now),
    archived_at: iso(now),
    hidden: { spent: it.spent, active_ms: Math.max(0, now - since), running_since: null, rested: true },
  };
  const idle = { type: 'session.thread_status_idle' as const, stop_reason, stop_details: null, ...named(it.thread) };
  both(turn, it, { event: { ...stamp(now), ...idle } });
  both(turn, it, { event: { ...stamp(now), type: 'session.thread_status_terminated', ...named(it.thread) } });
  turn.stage({ puts: [{ doc: threadDoc(turn, body), expect: 1 }] });
}
