/** The result of a custom tool call, as it goes back to the session: one text block of JSON. */
import type Anthropic from '@anthropic-ai/sdk';
import type { BetaManagedAgentsAgentCustomToolUseEvent } from '@anthropic-ai/sdk/resources/beta/sessions/events';
import { backoff } from '../../lib/backoff.ts';

export interface ToolUse {
  id: string;
  name: string;
  input: Record<string, unknown>;
  /** Whose call it is: a thread of another agent, or null for the session's own. */
  thread: string | null;
}
export interface Reply {
  isError: boolean;
  body: unknown;
}

/**
 * Sends the result once. A send that failed may have arrived, so the log is asked before it is sent again. Answers
 * false when the session takes no results any more.
 */
export async function sendReply(
  { client, signal }: { client: Anthropic; signal: AbortSignal },
  session: string,
  toolUseId: string,
  reply: Reply,
  { mayHaveBeenSent = false } = {},
): Promise<boolean> {
  for await (const attempt of backoff(signal)) {
    if ((attempt > 0 || mayHaveBeenSent) && (await isAnswered(client, session, toolUseId, signal))) return true;
    try {
      await client.beta.sessions.events.send(
        session,
        { events: [resultEvent(toolUseId, reply)] },
        { maxRetries: 0, signal },
      );
      return true;
    } catch (error) {
      if (isFinal(error)) return isAnswered(client, session, toolUseId, signal);
    }
  }
  return false;
}

/** Custom tool calls that nobody has answered, in the order they were made. */
export async function unanswered(client: Anthropic, session: string, signal: AbortSignal): Promise<ToolUse[]> {
  const open = new Map<string, ToolUse>();
  const types = ['agent.custom_tool_use' as const, 'user.custom_tool_result' as const];
  for await (const event of client.beta.sessions.events.list(session, { types, limit: 1000 }, { signal })) {
    if (event.type === 'agent.custom_tool_use') open.set(event.id, useOf(event));
    if (event.type === 'user.custom_tool_result') open.delete(event.custom_tool_use_id);
  }
  return [...open.values()];
}

export function useOf({ id, name, input, session_thread_id }: BetaManagedAgentsAgentCustomToolUseEvent): ToolUse {
  return { id, name, input, thread: session_thread_id ?? null };
}

async function isAnswered(
  client: Anthropic,
  session: string,
  toolUseId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const open = await unanswered(client, session, signal);
  return open.every(({ id }) => id !== toolUseId);
}

function resultEvent(toolUseId: string, { isError, body }: Reply) {
  return {
    type: 'user.custom_tool_result' as const,
    custom_tool_use_id: toolUseId,
    is_error: isError,
    content: [{ type: 'text' as const, text: JSON.stringify(body) }],
  };
}

/** The session is gone, or refuses this result for good. */
function isFinal(error: unknown): boolean {
  return error instanceof Error && 'status' in error && (error.status === 400 || error.status === 404);
}
