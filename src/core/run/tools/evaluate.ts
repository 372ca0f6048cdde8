/** Whether a call the model makes may run, and who runs it. Pure. */
import type { z } from 'zod';
import type { AgentToolset, EnvironmentBody, PermissionPolicy, ToolEntry } from '../../documents.ts';
import type { Evaluation, Permission } from '../../events.ts';
import type { ModelBlock, ModelTool } from '../../ports/model.ts';
import type { SandboxTool } from '../../ports/sandbox.ts';
import type { Offer } from '../mcp/offer.ts';
import { ADVISOR_TOOL } from '../state/memo.ts';
import { builtinNames, builtins, builtinTool, isBuiltin } from './catalogue.ts';
import { isCoordinatorTool } from './coordinator.ts';
import { LOG_TOOL, logInput } from './session-log.ts';

export interface Agent {
  tools: readonly ToolEntry[];
  environment: EnvironmentBody['config'];
  /** What MCP servers offer in this turn. */
  offers: readonly Offer[];
  /** It may start agents and speak to them. */
  coordinates?: boolean;
  /** It may ask an advisor. */
  advised?: boolean;
  /** It sees only a part, so that there is something to look up. */
  looksUp?: boolean;
}
export type Ruling =
  | { kind: 'custom' }
  /** Between agents: carried out with the response that made it. */
  | { kind: 'aside' }
  | { kind: 'builtin'; by: 'hands' | 'client'; permission: Permission; evaluation: Evaluation }
  | { kind: 'mcp'; server: string; tool: string; permission: Permission; evaluation: Evaluation }
  /** Refused at once; `why` is what the model reads. */
  | { kind: 'refused'; why: string };

/** `cut` says that the response ended inside this call. */
export function rule(agent: Agent, use: Extract<ModelBlock, { type: 'tool_use' }>, cut: boolean): Ruling {
  if (cut) return refused('This call was cut off by the output limit and was not executed. Make it again, shorter.');
  if (use.malformed !== undefined) {
    return refused(
      `The input was not a JSON object and the call was not executed. It began: ${use.malformed.slice(0, 200)}`,
    );
  }
  if (agent.tools.some((tool) => tool.type === 'custom' && tool.name === use.name)) return { kind: 'custom' };
  if (agent.coordinates === true && isCoordinatorTool(use.name)) return { kind: 'aside' };
  if (agent.advised === true && use.name === ADVISOR_TOOL) return { kind: 'aside' };
  const offer = agent.offers.find(({ offered }) => offered.name === use.name);
  if (offer !== undefined) {
    const { server, tool, policy } = offer;
    return { kind: 'mcp', server, tool, ...evaluate(policy) };
  }
  if (agent.looksUp === true && use.name === LOG_TOOL) return lookUp(use.input);
  const config = isBuiltin(use.name) ? configOf(agent.tools, use.name) : null;
  if (!isBuiltin(use.name) || config === null || !config.enabled) {
    return refused(`Permission to use ${use.name} was denied: no such tool is enabled in this session.`);
  }
  const fault = inputFault(builtins[use.name].input, use.input);
  if (fault !== null) return refused(fault);
  const by = agent.environment.type === 'self_hosted' ? 'client' : 'hands';
  return { kind: 'builtin', by, ...evaluate(config.permission_policy) };
}

function refused(why: string): Ruling {
  return { kind: 'refused', why };
}

function inputFault(schema: z.ZodType, input: Record<string, unknown>): string | null {
  const parsed = schema.safeParse(input);
  if (parsed.success) return null;
  const why = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ');
  return `The input does not fit the tool and the call was not executed. ${why}`;
}

/** The agent reads what it has said and heard itself, so nobody is asked. */
function lookUp(input: Record<string, unknown>): Ruling {
  const fault = inputFault(logInput, input);
  if (fault !== null) return refused(fault);
  return { kind: 'builtin', by: 'hands', permission: 'allow', evaluation: { type: 'always_allow' } };
}

/** No judge is configured for `auto`, so a person is asked. */
function evaluate(policy: PermissionPolicy): { permission: Permission; evaluation: Evaluation } {
  switch (policy.type) {
    case 'always_allow':
      return { permission: 'allow', evaluation: { type: 'always_allow' } };
    case 'always_ask':
      return { permission: 'ask', evaluation: { type: 'always_ask' } };
    case 'auto':
      return {
        permission: 'ask',
        evaluation: { type: 'auto', evaluated_permission: { type: 'ask', reason_code: 'indeterminate' } },
      };
  }
}

function configOf(tools: readonly ToolEntry[], name: SandboxTool): AgentToolset['default_config'] | null {
  const toolset = tools.find((tool) => tool.type === 'agent_toolset_20260401');
  if (toolset === undefined) return null;
  return toolset.configs.find((config) => config.name === name) ?? toolset.default_config;
}

/** What the model is offered, always in the same order: built-in tools, then custom ones as the agent lists them. */
export function offeredTools(tools: readonly ToolEntry[]): ModelTool[] {
  const enabled = builtinNames.filter((name) => configOf(tools, name)?.enabled === true).map(builtinTool);
  const custom = tools
    .filter((tool) => tool.type === 'custom')
    .map(({ name, description, input_schema }) => ({ name, description, input_schema }));
  return [...enabled, ...custom];
}

/** Whether the agent reads files of our own sandbox. */
export function readsFiles(agent: Pick<Agent, 'tools' | 'environment'>): boolean {
  return agent.environment.type === 'cloud' && configOf(agent.tools, 'read')?.enabled === true;
}
