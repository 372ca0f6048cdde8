/** New events of the run: minted and stamped in one place. */
import type { EventOf, SessionErrorType, SessionEvent } from '../events.ts';
import { type EventId, mint } from '../ids.ts';

interface Stamp {
  id: EventId;
  processed_at: string;
}

/** A fresh id and the time, for spreading into an event. */
export function stamp(now: number): Stamp {
  return { id: mint('sevt', now), processed_at: iso(now) };
}

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** The event as it stands in the log once a turn has taken it up. */
export function taken<E extends SessionEvent>(event: E, now: number): E {
  return event.processed_at === null || event.type === 'agent.thread_message_received'
    ? { ...event, processed_at: iso(now) }
    : event;
}

export function errorResult(call: EventId, text: string, now: number): EventOf<'agent.tool_result'> {
  return {
    ...stamp(now),
    type: 'agent.tool_result',
    tool_use_id: call,
    content: [{ type: 'text', text }],
    is_error: true,
  };
}

/** As `errorResult`, of the kind that belongs to the call. */
export function callError(
  call: { id: EventId; server: string | null },
  text: string,
  now: number,
): EventOf<'agent.tool_result' | 'agent.mcp_tool_result'> {
  if (call.server === null) return errorResult(call.id, text, now);
  return {
    ...stamp(now),
    type: 'agent.mcp_tool_result',
    mcp_tool_use_id: call.id,
    content: [{ type: 'text', text }],
    is_error: true,
  };
}

export function sessionError(
  type: SessionErrorType,
  message: string,
  retry: 'retrying' | 'exhausted',
  now: number,
): EventOf<'session.error'> {
  return {
    ...stamp(now),
    type: 'session.error',
    error: { type, message: message.slice(0, 1_000), retry_status: { type: retry } },
  };
}
