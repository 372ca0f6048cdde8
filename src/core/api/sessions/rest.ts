/** What a session at rest waits for, and that some changes need one: nothing runs and nothing waits to be worked on. */
import type { SessionBody } from '../../documents.ts';
import type { SessionEvent, StopReason } from '../../events.ts';
import type { SessionId } from '../../ids.ts';
import type { InboxRow } from '../../ports/store.ts';
import type { Core } from '../core.ts';
import { invalid } from '../errors.ts';
import type { SessionRow } from './find.ts';

export async function refuseRunning(core: Core, session: SessionRow, what: string): Promise<void> {
  const { status, id } = session.body;
  const working = status === 'running' || status === 'rescheduling';
  if (working || (await core.store.inbox(id)).length > 0) {
    throw invalid(`session ${id} is running; interrupt it and wait until it is idle, then ${what}`);
  }
}

/** Why it last stopped; null before it first did, and while it runs. */
export async function restedWith(core: Core, session: SessionId): Promise<StopReason | null> {
  const types = ['session.status_idle', 'session.status_running'];
  const [last] = await core.store.log({ session, order: 'desc', limit: 1, types });
  return last?.event.type === 'session.status_idle' ? last.event.stop_reason : null;
}

/** Whether what waits in the inbox of an idle session sets it to work. */
export async function isWaking(
  core: Core,
  { id, status }: SessionBody & { id: SessionId },
  queued: readonly InboxRow[],
): Promise<boolean> {
  if (status !== 'idle' || queued.length === 0) return false;
  const rested = await restedWith(core, id);
  if (rested?.type === 'budget_reached') return false;
  const isWaiting = rested?.type === 'requires_action';
  return queued.some(({ event }) => (isWaiting ? !isNewWork(event) : isNewWork(event)));
}

function isNewWork({ type }: SessionEvent): boolean {
  return type === 'user.message' || type === 'user.define_outcome' || type === 'system.message';
}
