/** Threads as the wire shows them: what moves with the clock is computed when it is read. */
import type { SessionBody } from '../../../documents.ts';
import type { ThreadBody } from '../../../threads.ts';
import { shown } from '../../core.ts';
import { activeSeconds, durationSeconds } from '../wire.ts';

/** The primary thread, which every session has: its life is the session's own. */
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

/** A thread ends with its session. */
export function otherThread(session: SessionBody, thread: ThreadBody, now: number) {
  const { spent, active_ms, running_since, rested } = thread.hidden;
  const ended = session.status === 'terminated' || thread.archived_at !== null;
  const running = running_since === null || ended ? 0 : Math.max(0, now - running_since);
  const active_seconds = (active_ms + running) / 1000;
  const end = thread.archived_at === null ? now : Date.parse(thread.archived_at);
  const duration_seconds = Math.max(0, end - Date.parse(thread.created_at)) / 1000;
  return {
    ...shown(thread),
    status: ended ? 'terminated' : thread.status,
    stats: active_seconds > 0 || rested ? { active_seconds, duration_seconds, startup_seconds: 0 } : null,
    usage: rested
      ? {
          input_tokens: spent.input,
          output_tokens: spent.output,
          cache_read_input_tokens: spent.cacheRead,
          cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: spent.cacheWrite },
          server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
          active_seconds,
        }
      : null,
  };
}
