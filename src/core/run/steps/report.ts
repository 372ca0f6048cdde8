/** What a thread tells the primary when its turn is over: its last message, or why there is none. */
import type { StopReason, TextBlock } from '../../events.ts';
import { stamp } from '../draft.ts';
import type { Lines } from '../state/lines.ts';
import type { Staged, Turn } from '../turn.ts';

/** Nothing while it waits for somebody else, and nothing when a person stopped it: that is no answer to anything. */
export function report(turn: Turn, why: StopReason): Required<Pick<Staged, 'rows' | 'inbox'>> {
  if (why.type === 'requires_action' || why.type === 'budget_reached' || turn.state().interrupted) {
    return { rows: [], inbox: [] };
  }
  const now = turn.now();
  const content = contentOf(turn, why);
  const { session, thread, body } = turn;
  const primary = body().hidden.primary_thread;
  return {
    rows: [{ event: { ...stamp(now), type: 'agent.thread_message_sent', content, to_session_thread_id: primary } }],
    inbox: [
      {
        session,
        event: {
          ...stamp(now),
          type: 'agent.thread_message_received',
          content,
          from_session_thread_id: thread.id,
          from_agent_name: thread.name,
        },
      },
    ],
  };
}

/** A thread that has used up what it may have is not woken by another message, as one is that met an error. */
export function endsAtLimit(turn: Turn, why: StopReason): boolean {
  const { failed } = turn.state();
  const limit = failed === 'tool_use_limit_reached_error' || failed === 'compaction_limit_reached_error';
  return limit && why.type === 'retries_exhausted';
}

function contentOf(turn: Turn, why: StopReason): TextBlock[] {
  if (endsAtLimit(turn, why)) return text('[The agent came to a limit of this server, and its thread has ended.]');
  if (why.type === 'retries_exhausted') return text('[The agent could not go on: its turn ended with an error.]');
  if (why.type === 'refusal') return text('[The model refused to answer the agent.]');
  return lastMessage(turn.state().lines) ?? text('[The agent ended its turn without a message.]');
}

/** Of the present turn. */
function lastMessage(lines: Lines): TextBlock[] | null {
  for (let rest = lines; rest !== null; rest = rest.earlier) {
    const { event } = rest.line;
    if (event.type === 'agent.message') return event.content;
    if (event.type === 'agent.thread_message_received') return null;
  }
  return null;
}

function text(content: string): TextBlock[] {
  return [{ type: 'text', text: content }];
}
