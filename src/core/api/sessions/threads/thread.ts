/** The primary thread, which every session has: its life is the session's own. */
import type { SessionBody } from '../../../documents.ts';
import { activeSeconds, durationSeconds } from '../wire.ts';

export function primaryThread(session: SessionBody, now: number) {
  const { multiagent: _, ...agent } = session.agent;
  const active = activeSeconds(session, now);
  const begun = active > 0 || session.status !== 'idle';
  return {
    id: session.hidden.primary_thread,
    type: 'session_thread',
    session_id: session.id,
    parent_thread_id: null,
    workflow_run_id: null,
    agent,
    status: session.status,
    stats: begun
      ? { active_seconds: active, duration_seconds: durationSeconds(session, now), startup_seconds: 0 }
      : null,
    usage: begun ? { ...session.usage, active_seconds: active } : null,
    created_at: session.created_at,
    updated_at: session.updated_at,
    archived_at: session.archived_at,
  };
}
