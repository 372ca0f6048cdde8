/** What the log of a session tells of the threads it made, and how their rest counts for the session. Pure. */
import type { SessionEvent, StopReason } from '../../events.ts';
import type { ThreadId } from '../../ids.ts';
import { ADVISOR_NAME } from '../../threads.ts';

export interface Other {
  id: ThreadId;
  name: string;
  status: 'running' | 'idle' | 'rescheduling' | 'terminated';
  /** Why it rests; null while it works. */
  rested: StopReason | null;
}

/** A thread counts as running from the moment it is made or spoken to until it says that it rests. */
export function foldOthers(others: readonly Other[], event: SessionEvent): readonly Other[] {
  switch (event.type) {
    case 'session.thread_created': {
      const { session_thread_id: id, agent_name: name } = event;
      return [...others, { id, name, status: 'running', rested: null }];
    }
    case 'agent.thread_message_sent':
      return change(others, event.to_session_thread_id, { status: 'running', rested: null });
    case 'session.thread_status_running':
      return change(others, event.session_thread_id, { status: 'running', rested: null });
    case 'session.thread_status_rescheduled':
      return change(others, event.session_thread_id, { status: 'rescheduling', rested: null });
    case 'session.thread_status_idle':
      return change(others, event.session_thread_id, { status: 'idle', rested: event.stop_reason });
    case 'session.thread_status_terminated':
      return change(others, event.session_thread_id, { status: 'terminated', rested: null });
    default:
      return others;
  }
}

function change(others: readonly Other[], id: ThreadId, to: Partial<Other>): readonly Other[] {
  if (!others.some((other) => other.id === id)) return others;
  return others.map((other) => (other.id === id && other.status !== 'terminated' ? { ...other, ...to } : other));
}

export function isBusy(other: Other): boolean {
  return other.status === 'running' || other.status === 'rescheduling';
}

export function endsAdvice(event: SessionEvent): boolean {
  return event.type === 'session.thread_status_terminated' && event.agent_name === ADVISOR_NAME;
}

/** The advisor whose answer the primary waits for. */
export function advising(others: readonly Other[]): Other | null {
  return others.find((other) => other.name === ADVISOR_NAME && isBusy(other)) ?? null;
}

/** Only these can have something to do: what rests for good is woken by a message, which counts as running. */
export function mayWork(other: Other): boolean {
  return isBusy(other) || other.rested?.type === 'requires_action' || other.rested?.type === 'budget_reached';
}

/** Why the session rests when all of it does: open calls of any thread come first, then the budget. */
export function together(own: StopReason, others: readonly Other[]): StopReason {
  const resting = others.filter((other) => other.status === 'idle');
  const reasons = [own, ...resting.flatMap((other) => (other.rested === null ? [] : [other.rested]))];
  const waiting = reasons.flatMap((reason) => (reason.type === 'requires_action' ? reason.event_ids : []));
  if (waiting.length > 0) return { type: 'requires_action', event_ids: waiting };
  return reasons.find((reason) => reason.type === 'budget_reached') ?? own;
}
