/** An agent that works for another. */
import type { ThreadAgent } from '../../../src/core/threads.ts';
import { toolset } from './stage.ts';

export const scout: ThreadAgent = {
  id: 'agent_scout',
  type: 'agent',
  version: 1,
  name: 'scout',
  description: null,
  system: 'You scout.',
  model: { id: 'scripted', effort: { type: 'high' }, speed: 'standard' },
  tools: [toolset()],
  mcp_servers: [],
  skills: [],
  execution_identity: { type: 'service_account' },
};

/** Of the agent of the session. */
export function coordinates(agent: ThreadAgent = scout) {
  return { multiagent: { type: 'coordinator', agents: [agent] } };
}
