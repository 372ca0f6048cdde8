/** The official client against a server under measurement, and the few things every measurement does with it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import type { VigilProcess } from './vigil-process.ts';

type AgentTools = NonNullable<Parameters<Anthropic['beta']['agents']['create']>[0]['tools']>;

export interface Workplace {
  client: Anthropic;
  agent: string;
  environment: string;
}

/** Commands and files in the session's sandbox, nobody asked. */
export const TOOLS: AgentTools = [
  {
    type: 'agent_toolset_20260401',
    default_config: { enabled: true, permission_policy: { type: 'always_allow' } },
  },
];

export async function newWorkplace(vigil: VigilProcess, tools: AgentTools = []): Promise<Workplace> {
  const client = new Anthropic({ apiKey: vigil.apiKey, baseURL: vigil.url, maxRetries: 0 });
  const agent = await client.beta.agents.create({ name: 'bench', model: 'claude-bench', system: 'Say ok.', tools });
  const environment = await client.beta.environments.create({
    name: `bench-${randomUUID()}`,
    config: { type: 'cloud', networking: { type: 'unrestricted' } },
  });
  return { client, agent: agent.id, environment: environment.id };
}

export async function newSession({ client, agent, environment }: Workplace): Promise<string> {
  return (await client.beta.sessions.create({ agent, environment_id: environment })).id;
}

export function message(text: string): {
  events: [{ type: 'user.message'; content: [{ type: 'text'; text: string }] }];
} {
  return { events: [{ type: 'user.message', content: [{ type: 'text', text }] }] };
}

/** Resolves when the session's turn has come to its end. */
export async function idleAgain({ client }: Workplace, session: string): Promise<void> {
  for (;;) {
    const { data } = await client.beta.sessions.events.list(session, { order: 'desc', limit: 1 });
    if (data[0]?.type === 'session.status_idle') return;
    await sleep(2);
  }
}
