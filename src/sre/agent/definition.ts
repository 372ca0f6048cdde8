/** The investigator as data: what `agents.create` gets. Pure. */
import type { AgentCreateParams } from '@anthropic-ai/sdk/resources/beta/agents/agents';
import type { Tool } from '../tool.ts';
import { customTool } from './custom-tool.ts';
import { CREW_PROMPT } from './specialists.ts';
import { SYSTEM_PROMPT } from './system-prompt.ts';

export const AGENT_NAME = 'Vigil investigator';
export const ENVIRONMENT_NAME = 'vigil-investigations';

export interface PublishedSkill {
  slug: string;
  hash: string;
  skillId: string;
  version: string;
}

/** Of another agent, as it is now. */
export interface Member {
  id: string;
  version: number;
}

/** With a `crew` the investigator may ask its members; they are no more than was published of them. */
export function definition(
  model: string,
  tools: Iterable<Tool<unknown>>,
  skills: readonly PublishedSkill[],
  crew: readonly Member[] = [],
) {
  return {
    name: AGENT_NAME,
    description: 'Investigates incidents: read-only, every claim with evidence.',
    model,
    system: crew.length === 0 ? SYSTEM_PROMPT : SYSTEM_PROMPT + CREW_PROMPT,
    tools: [sandboxTools(), ...[...tools].map(customTool)],
    skills: skills.map(({ skillId, version }) => ({ type: 'custom' as const, skill_id: skillId, version })),
    metadata: skillHashes(skills),
    multiagent: crew.length === 0 ? null : { type: 'coordinator', agents: crew.map(pinned) },
  } satisfies AgentCreateParams;
}

function pinned({ id, version }: Member) {
  return { type: 'agent' as const, id, version };
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
