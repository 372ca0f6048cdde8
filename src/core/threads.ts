/** Agents that work for another in its session: what the API stores of them, and what the run starts. */
import type { AgentDefinition } from './documents.ts';
import type { SessionId, ThreadId } from './ids.ts';

export const ADVISOR_NAME = 'anthropic.advisor';

export interface AgentPin {
  type: 'agent';
  id: string;
  version: number;
}
export interface Advisor {
  type: 'advisor';
  model: string;
}
type Switch = { type: 'enabled' } | { type: 'disabled' };
/** `Member` is a pin in an agent and a whole definition in a session. */
export type Members<Member> =
  | { type: 'disabled' }
  | { type: 'enabled'; inline_agents: Switch; predefined_agents: Member[] };
export type Multiagent<Member> =
  | { type: 'coordinator'; agents: (Member | Advisor)[] }
  | {
      type: 'multiagent_20261001';
      workflows: Members<Member>;
      subagents: Members<Member>;
      advisor: { type: 'enabled'; model: string } | { type: 'disabled' };
    };

/** What a thread runs: a member as it was when the session was made, or an agent made up on the spot. */
export type ThreadAgent = Omit<AgentDefinition, 'multiagent'>;
export type InlineAgent = Omit<ThreadAgent, 'id' | 'type' | 'version'> & { type: 'inline' };

/** `status` and `hidden` move with the thread's log; the run writes them in the batch that appends the event. */
export interface ThreadBody {
  id: ThreadId;
  type: 'session_thread';
  session_id: SessionId;
  parent_thread_id: ThreadId;
  workflow_run_id: null;
  agent: ThreadAgent | InlineAgent | Advisor;
  status: 'running' | 'idle' | 'rescheduling' | 'terminated';
  created_at: string;
  updated_at: string;
  archived_at: string | null;
  /** Not on the wire. */
  hidden: {
    spent: ThreadSpent;
    active_ms: number;
    running_since: number | null;
    /** It has rested once, so its usage is shown. */
    rested: boolean;
  };
}
export interface ThreadSpent {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** Millionths of a dollar; null once a request without a known price was made. */
  cost: number | null;
}

/** What an agent may start in its session; null when nothing. */
export interface Roster {
  agents: readonly ThreadAgent[];
  inline: boolean;
}

/** Workflow runs are stored and shown, and nothing of them is offered to the agent. */
export function rosterOf(agent: Pick<AgentDefinition, 'multiagent'>): Roster | null {
  const multiagent = multiagentOf(agent);
  if (multiagent === null) return null;
  if (multiagent.type === 'coordinator') {
    const agents = multiagent.agents.filter((member) => member.type === 'agent');
    return agents.length === 0 ? null : { agents, inline: false };
  }
  const { subagents } = multiagent;
  if (subagents.type === 'disabled') return null;
  return { agents: subagents.predefined_agents, inline: subagents.inline_agents.type === 'enabled' };
}

/** The model that the primary thread may ask for advice; null when there is none. */
export function advisorOf(agent: Pick<AgentDefinition, 'multiagent'>): string | null {
  const multiagent = multiagentOf(agent);
  if (multiagent === null) return null;
  if (multiagent.type === 'coordinator') {
    return multiagent.agents.find((member) => member.type === 'advisor')?.model ?? null;
  }
  return multiagent.advisor.type === 'enabled' ? multiagent.advisor.model : null;
}

/** What the events of a thread call it. */
export function threadName(agent: ThreadBody['agent']): string {
  return agent.type === 'advisor' ? ADVISOR_NAME : agent.name;
}

/** Sessions are written by the API alone, always with whole definitions. */
export function multiagentOf(agent: Pick<AgentDefinition, 'multiagent'>): Multiagent<ThreadAgent> | null {
  return agent.multiagent as Multiagent<ThreadAgent> | null;
}
