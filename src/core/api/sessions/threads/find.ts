/** A thread by the ids in a path. */
import type { LogId } from '../../../ids.ts';
import type { DocRow } from '../../../ports/store.ts';
import type { ThreadBody } from '../../../threads.ts';
import type { Core } from '../../core.ts';
import { notFound } from '../../errors.ts';
import { findSession, type SessionRow } from '../find.ts';

export interface ThreadPlace {
  session_id: string;
  thread_id: string;
}
export interface FoundThread {
  session: SessionRow;
  /** Null for the primary thread, which has no document of its own. */
  thread: DocRow<ThreadBody> | null;
  /** Where its events stand: those of the primary thread are those of its session. */
  log: LogId;
}

export async function findThread(core: Core, { session_id, thread_id }: ThreadPlace): Promise<FoundThread> {
  const session = await findSession(core, session_id);
  if (session.body.hidden.primary_thread === thread_id) return { session, thread: null, log: session.body.id };
  const thread = await core.store.get<ThreadBody>('session_thread', thread_id);
  if (thread === null || thread.parent !== session_id) throw notFound('thread', thread_id);
  return { session, thread, log: thread.body.id };
}

const MAX_THREADS = 10_000;

/** All but the primary, in the order in which they were made. */
export async function threadsOf(core: Core, session: string, archived = true): Promise<DocRow<ThreadBody>[]> {
  return await core.store.list<ThreadBody>({
    kind: 'session_thread',
    workspace: core.workspace,
    parent: session,
    order: 'asc',
    limit: MAX_THREADS,
    includeArchived: archived,
  });
}
