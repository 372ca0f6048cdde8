/** The investigator as data: what `agents.create` gets. Pure. */
import type { AgentCreateParams } from '@anthropic-ai/sdk/resources/beta/agents/agents';
import { z } from 'zod';
import type { Tool } from '../tool.ts';
import { SYSTEM_PROMPT } from './system-prompt.ts';

export const AGENT_NAME = 'Vigil investigator';
export const ENVIRONMENT_NAME = 'vigil-investigations';

export interface PublishedSkill {
  slug: string;
  hash: string;
  skillId: string;
  version: string;
}

export function definition(model: string, tools: Iterable<Tool<unknown>>, skills: readonly PublishedSkill[]) {
  return {
    name: AGENT_NAME,
    description: 'Investigates incidents: read-only, every claim with evidence.',
    model,
    system: SYSTEM_PROMPT,
    tools: [sandboxTools(), ...[...tools].map(customTool)],
    skills: skills.map(({ skillId, version }) => ({ type: 'custom' as const, skill_id: skillId, version })),
    metadata: skillHashes(skills),
  } satisfies AgentCreateParams;
}

/** The sandbox holds copies only, so writing there is free; the web is not needed and not offered. */
function sandboxTools() {
  const off = ['web_fetch' as const, 'web_search' as const];
  return {
    type: 'agent_toolset_20260401' as const,
    default_config: { enabled: true, permission_policy: { type: 'always_allow' as const } },
    configs: off.map((name) => ({ name, enabled: false })),
  };
}

function customTool(tool: Tool<unknown>) {
  return {
    type: 'custom' as const,
    name: tool.name,
    description: tool.description,
    input_schema: inputSchema(tool),
  };
}

/** Throws for an input that is no object: the wire takes nothing else. */
export function inputSchema(tool: Pick<Tool<unknown>, 'name' | 'input'>): {
  type: 'object';
  [keyword: string]: unknown;
} {
  const {
    $schema: _dialect,
    type,
    ...schema
  } = z.toJSONSchema(tool.input, {
    target: 'draft-7',
    io: 'input',
    reused: 'inline',
    unrepresentable: 'any',
  });
  if (type !== 'object') throw new Error(`the input of tool ${tool.name} must be a z.object`);
  return { type, ...schema };
}

/** Which content each skill of the agent was published from, in the agent's own metadata: 16 pairs of 512 characters. */
export function skillHashes(skills: readonly PublishedSkill[]): Record<string, string> {
  const entries = skills.map(({ slug, hash, skillId, version }) => [
    `runbook.${slug}`.slice(0, 64),
    `${hash} ${skillId} ${version}`,
  ]);
  return Object.fromEntries(entries);
}

export function readSkillHashes(metadata: Record<string, string>): PublishedSkill[] {
  return Object.entries(metadata).flatMap(([key, value]) => {
    const [hash, skillId, version] = value.split(' ');
    const slug = key.startsWith('runbook.') ? key.slice('runbook.'.length) : '';
    if (slug === '' || hash === undefined || skillId === undefined || version === undefined) return [];
    return [{ slug, hash, skillId, version }];
  });
}
