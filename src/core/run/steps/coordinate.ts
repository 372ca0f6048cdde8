/**
 * What an agent asks of others: a thread made, a message sent. Each is nothing but lines of logs, so it is written in the
 * batch of the response that asked for it, once or not at all.
 */
import type { EventId, ThreadId } from '../../ids.ts';
import type { ModelBlock } from '../../ports/model.ts';
import type { NewLogRow } from '../../ports/store.ts';
import { ADVISOR_NAME, type InlineAgent, type Roster, rosterOf, type ThreadAgent } from '../../threads.ts';
import { stamp } from '../draft.ts';
import { ADVISOR_TOOL, type Aside } from '../state/memo.ts';
import { newThread, threadDoc } from '../threads/new-thread.ts';
import { foldOthers, type Other } from '../threads/others.ts';
import { ADVICE_FOLLOWS } from '../tools/advisor.ts';
import { sendInput } from '../tools/coordinator.ts';
import { noneStaged, pour, type Staged, type Turn } from '../turn.ts';

type ToolUse = Extract<ModelBlock, { type: 'tool_use' }>;
interface Order {
  id: EventId;
  use: ToolUse;
}
type Answer = { text: string; staged?: Staged } | { fault: string };

/** Only the primary thread has others under it. */
export function rosterOfTurn(turn: Turn): Roster | null {
  return turn.thread.primary ? rosterOf(turn.body().agent) : null;
}

export function carryOut(
  turn: Turn,
  orders: readonly Order[],
): { asides: Aside[]; staged: Required<Pick<Staged, 'rows' | 'inbox' | 'opens' | 'puts'>> } {
  const staged = noneStaged();
  const roster = rosterOfTurn(turn);
  let { others } = turn.state();
  const asides = orders.map(({ id, use }): Aside => {
    const answer = use.name === ADVISOR_TOOL ? { text: ADVICE_FOLLOWS } : obey(turn, roster, others, use);
    const called = { id, name: use.name, input: use.input };
    if ('fault' in answer) return { ...called, result: answer.fault, isError: true };
    pour(staged, answer.staged ?? {});
    for (const { event } of answer.staged?.rows ?? []) others = foldOthers(others, event);
    return { ...called, result: answer.text, isError: false };
  });
  return { asides, staged };
}

function obey(turn: Turn, roster: Roster | null, others: readonly Other[], use: ToolUse): Answer {
  if (roster === null) return { fault: 'There are no other agents.' };
  if (use.name === 'list_agents') return { text: overview(roster, others) };
  const read = sendInput.safeParse(use.input);
  if (!read.success) return { fault: `The input does not fit: ${read.error.issues.map((i) => i.message).join('; ')}` };
  const { message, agent, thread, define } = read.data;
  if (thread !== undefined) return tell(turn, others, thread, message);
  if (agent === ADVISOR_NAME) return { fault: `The name ${ADVISOR_NAME} is reserved: call the tool ${ADVISOR_TOOL}.` };
  if (agent === undefined) return { fault: 'Say to whom: a name as agent, or a thread you started before.' };
  const member =
    define === undefined ? roster.agents.find((one) => one.name === agent) : made(turn, roster, agent, define);
  if (member === undefined) return { fault: `There is no agent ${agent}; list_agents shows those there are.` };
  const open = others.filter((other) => other.status !== 'terminated').length;
  if (open >= turn.limits.threads) {
    return { fault: `There are ${open} threads, which is the most at once. Use one of them again.` };
  }
  return begin(turn, member, message);
}

/** An agent made up on the spot, with the tools and the model of who made it; undefined where that is not allowed. */
function made(
  turn: Turn,
  roster: Roster,
  name: string,
  define: { description?: string | undefined; system: string },
): InlineAgent | undefined {
  if (!roster.inline) return undefined;
  const { id, type, version, multiagent, ...maker } = turn.body().agent;
  return { ...maker, type: 'inline', name, description: define.description ?? null, system: define.system };
}

function begin(turn: Turn, agent: ThreadAgent | InlineAgent, message: string): Answer {
  const body = newThread(turn, agent, null);
  const { id } = body;
  const created: NewLogRow = {
    event: {
      ...stamp(turn.now()),
      type: 'session.thread_created',
      session_thread_id: id,
      agent_name: agent.name,
      workflow_run_id: null,
    },
  };
  const sent = say(turn, { id, name: agent.name }, message);
  return {
    text: `Thread ${id} of agent ${agent.name} has begun. Its answer will come as a message.`,
    staged: {
      ...sent,
      rows: [created, ...sent.rows],
      opens: [id],
      puts: [{ doc: threadDoc(turn, body), expect: 0 }],
    },
  };
}

function tell(turn: Turn, others: readonly Other[], thread: string, message: string): Answer {
  const other = others.find((one) => one.id === thread && one.status !== 'terminated');
  if (other === undefined) return { fault: `There is no thread ${thread}; list_agents shows those there are.` };
  return { text: `Thread ${other.id} has got the message.`, staged: say(turn, other, message) };
}

/** The sender's line now, the receiver's when it takes the message up. */
function say(turn: Turn, to: { id: ThreadId; name: string }, message: string) {
  const now = turn.now();
  const content = [{ type: 'text' as const, text: message }];
  return {
    rows: [
      {
        event: {
          ...stamp(now),
          type: 'agent.thread_message_sent' as const,
          content,
          to_session_thread_id: to.id,
          to_agent_name: to.name,
        },
      },
    ],
    inbox: [
      {
        session: to.id,
        event: {
          ...stamp(now),
          type: 'agent.thread_message_received' as const,
          content,
          from_session_thread_id: turn.thread.id,
        },
      },
    ],
  };
}

function overview(roster: Roster, others: readonly Other[]): string {
  return JSON.stringify({
    agents: roster.agents.map(({ name, description }) => ({ name, description })),
    threads: others
      .filter((other) => other.name !== ADVISOR_NAME)
      .map(({ id, name, status, rested }) => ({
        thread: id,
        agent: name,
        status: rested?.type === 'requires_action' ? 'waiting for the user' : status,
      })),
  });
}
