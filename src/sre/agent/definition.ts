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

/** Metadata of an agent has room for 16 pairs of 512 characters. */
const PER_PAIR = 3;
export const MAX_SKILLS = 16 * PER_PAIR;

/** Which content each skill of the agent was published from, in the agent's own metadata: three to a pair. */
export function skillHashes(skills: readonly PublishedSkill[]): Record<string, string> {
  const pairs = Math.ceil(skills.length / PER_PAIR);
  return Object.fromEntries(
    Array.from({ length: pairs }, (_, i) => [
      `runbooks.${i + 1}`,
      skills
        .slice(i * PER_PAIR, (i + 1) * PER_PAIR)
        .map(({ slug, hash, skillId, version }) => `${slug} ${hash} ${skillId} ${version}`)
        .join('\n'),
    ]),
  );
}

export function readSkillHashes(metadata: Record<string, string>): PublishedSkill[] {
  const entries = Object.entries(metadata).flatMap(([key, value]) =>
    /^runbooks\.\d+$/.test(key) ? value.split('\n') : [],
  );
  return entries.flatMap((entry) => {
    const [slug, hash, skillId, version] = entry.split(' ');
    if (slug === undefined || hash === undefined || skillId === undefined || version === undefined) return [];
    return [{ slug, hash, skillId, version }];
  });
}
