import type { ModelMessage, ModelRequest } from '../../ports/model.ts';
import { attach } from '../context/attach.ts';
import { systemPrompt } from '../context/prompt.ts';
import { advisorTool } from '../tools/advisor.ts';
import { coordinatorTools } from '../tools/coordinator.ts';
import { offeredTools, readsFiles } from '../tools/evaluate.ts';
import { logTool, seesPart } from '../tools/session-log.ts';
import type { Turn } from '../turn.ts';
import { advisorOfTurn } from './consult.ts';
import { rosterOfTurn } from './coordinate.ts';

/** A request of this thread: the same system prompt and tools, whatever is asked. */
export async function prepare(turn: Turn, conversation: readonly ModelMessage[]): Promise<ModelRequest> {
  const agent = turn.agent();
  const roster = rosterOfTurn(turn);
  const messages = await attach(conversation, turn.ports);
  const [mounts, checkouts, servers] = await Promise.all([turn.mounts(), turn.checkouts.list(), turn.servers()]);
  const tools = [
    ...offeredTools(agent.tools),
    ...servers.offers.map(({ offered }) => offered),
    ...(roster === null ? [] : coordinatorTools(roster)),
    ...(advisorOfTurn(turn) === null ? [] : [advisorTool]),
  ];
  const offered = looksUp(turn) && !tools.some((tool) => tool.name === logTool.name);
  return {
    model: agent.model.id,
    effort: agent.model.effort.type,
    speed: agent.model.speed,
    system: systemPrompt(agent, mounts, checkouts),
    messages,
    tools: offered ? [...tools, logTool] : tools,
    maxTokens: turn.limits.maxTokens,
  };
}

/** Whether there is something to look up that the agent cannot see or read otherwise. */
export function looksUp(turn: Turn): boolean {
  const { tools } = turn.agent();
  return seesPart(turn.state().context, readsFiles({ tools, environment: turn.body().hidden.environment }));
}
