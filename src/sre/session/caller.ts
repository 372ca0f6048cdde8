/** Who makes a tool call, and what that allows. Decided from the call's thread, never from its words. */
import type Anthropic from '@anthropic-ai/sdk';
import { assertNever } from '../../lib/assert-never.ts';
import type { Published } from '../investigate.ts';
import type { SourceKind, Tool } from '../tool.ts';

export type Caller =
  | { is: 'investigator' }
  | { is: 'specialist'; of: SourceKind; name: string }
  /** A thread whose agent is none of those that were published. */
  | { is: 'stranger'; name: string };

/** Why the caller may not use the tool; null when it may. Who is not named here may nothing. */
export function refusalOf(caller: Caller, tool: Tool<unknown>): string | null {
  switch (caller.is) {
    case 'investigator':
      return null;
    case 'specialist':
      return tool.effect === 'read' && tool.of?.includes(caller.of) === true
        ? null
        : `${caller.name} reads ${caller.of} and nothing else: ${tool.name} is not for it; tell the investigator what you found`;
    case 'stranger':
      return `${caller.name} may use no tool of this investigation`;
    default:
      return assertNever(caller);
  }
}

/** Asks once for each thread of the session. */
export function callers(client: Anthropic, published: () => Promise<Published>, session: string, signal: AbortSignal) {
  const known = new Map<string, Promise<Caller>>();

  async function lookUp(thread: string): Promise<Caller> {
    const { agent } = await client.beta.sessions.threads.retrieve(thread, { session_id: session }, { signal });
    const { specialists } = await published();
    const own = agent.type === 'agent' ? specialists.find(({ agentId }) => agentId === agent.id) : undefined;
    if (own !== undefined) return { is: 'specialist', of: own.of, name: own.name };
    return { is: 'stranger', name: 'name' in agent ? agent.name : agent.type };
  }

  return async (thread: string | null): Promise<Caller> => {
    if (thread === null) return { is: 'investigator' };
    const asked = known.get(thread) ?? lookUp(thread);
    known.set(thread, asked);
    asked.catch(() => known.delete(thread));
    return asked;
  };
}
