/** The tools with which an agent starts others and speaks to them. Pure. */
import { z } from 'zod';
import type { ModelTool } from '../../ports/model.ts';
import type { Roster } from '../../threads.ts';

const NAMES = ['list_agents', 'send_to_agent'] as const;
export type CoordinatorTool = (typeof NAMES)[number];

const listInput = z.object({});
const define = z.object({
  description: z.string().max(2048).optional(),
  system: z.string().min(1).max(100_000),
});
const predefined = z.object({
  message: z.string().min(1).max(200_000),
  agent: z.string().min(1).max(256).optional(),
  thread: z.string().min(1).max(128).optional(),
});
export const sendInput = predefined.extend({ define: define.optional() });

export function isCoordinatorTool(name: string): name is CoordinatorTool {
  return NAMES.some((known) => known === name);
}

/** The same roster gives the same bytes. */
export function coordinatorTools(roster: Roster): ModelTool[] {
  const names = roster.agents.map((agent) => agent.name).join(', ');
  const inline = roster.inline
    ? ' To make up an agent, give it a name as agent and its instructions as define.system; it gets your model and your tools.'
    : '';
  return [
    tool(
      'list_agents',
      'List the agents you can start and the threads you have started, with what each is doing.',
      listInput,
    ),
    tool(
      'send_to_agent',
      `Give an agent a task, or tell it more. With agent, a new thread of that agent begins (${names || 'none is predefined'}); with thread, a thread you started before hears the message.${inline} The answer of the agent arrives later as a message to you: end your turn if you have nothing else to do. Agents see nothing of your conversation but what you send; they share your sandbox and its files.`,
      roster.inline ? sendInput : predefined,
    ),
  ];
}

function tool(name: CoordinatorTool, description: string, input: z.ZodType): ModelTool {
  const { $schema, ...schema } = z.toJSONSchema(input, { io: 'input' });
  return { name, description, input_schema: schema };
}
