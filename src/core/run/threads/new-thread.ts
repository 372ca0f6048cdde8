import { mint } from '../../ids.ts';
import type { ThreadBody } from '../../threads.ts';
import { iso } from '../draft.ts';
import { noneSpent } from '../state/spent.ts';
import type { Turn } from '../turn.ts';

/** A thread under the one in hand; `since` when it has begun to work already. */
export function newThread(turn: Turn, agent: ThreadBody['agent'], since: number | null): ThreadBody {
  const now = turn.now();
  return {
    id: mint('sthr', now),
    type: 'session_thread',
    session_id: turn.session,
    parent_thread_id: turn.thread.id,
    workflow_run_id: null,
    agent,
    status: 'running',
    created_at: iso(now),
    updated_at: iso(now),
    archived_at: null,
    hidden: { spent: noneSpent, active_ms: 0, running_since: since, rested: false },
  };
}

/** The document as it is put. */
export function threadDoc(turn: Turn, body: ThreadBody) {
  const place = { workspace: turn.workspace, parent: turn.session, createdAt: Date.parse(body.created_at) };
  return { kind: 'session_thread' as const, id: body.id, ...place, archived: body.archived_at !== null, body };
}
