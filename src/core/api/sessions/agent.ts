/** The agent a session runs: one version of it, with the session's own overrides, skills pinned. */
import type { AgentBody, AgentDefinition } from '../../documents.ts';
import { type AgentPin, rosterOf, type ThreadAgent } from '../../threads.ts';
import { checkCoherence, refuseReserved } from '../agents/coherence.ts';
import { skillRefs } from '../agents/merge.ts';
import { resolveModel } from '../agents/model.ts';
import { withMembers } from '../agents/multiagent.ts';
import { pinSkills } from '../agents/skill-versions.ts';
import { resolveTools } from '../agents/tools.ts';
import { versionId } from '../agents/versions/doc.ts';
import { type Core, find } from '../core.ts';
import { invalid, notFound } from '../errors.ts';
import type { AgentRef } from './schema.ts';

export async function sessionAgent(core: Core, ref: AgentRef): Promise<AgentDefinition> {
  const given = typeof ref === 'string' ? { type: 'agent' as const, id: ref, version: undefined } : ref;
  const base = definition(await versionOf(core, given.id, given.version));
  const agent = given.type === 'agent_with_overrides' ? override(base, given) : base;
  checkCoherence(agent);
  refuseReserved(agent);
  const whole = await withSkills(core, agent);
  const { multiagent: _, ...self } = whole;
  const multiagent = await withMembers(agent.multiagent, (pin) => member(core, pin, self));
  refuseTooManySkills(core, [whole, ...(rosterOf({ multiagent })?.agents ?? [])]);
  return { ...whole, multiagent };
}

/** All of them stand in the one sandbox. */
function refuseTooManySkills(core: Core, agents: readonly Pick<AgentDefinition, 'skills'>[]): void {
  const most = core.limits.skillsPerSession;
  const skills = new Set(agents.flatMap((agent) => agent.skills.map((skill) => skill.skill_id)));
  if (skills.size > most) throw invalid(`skills: ${skills.size} over all agents of the session; at most ${most}`);
}

/** A copy of the coordinator itself has the session's overrides, another agent is what its pin says. */
async function member(core: Core, pin: AgentPin, self: ThreadAgent): Promise<ThreadAgent> {
  if (pin.id === self.id) return self;
  const snapshot = await core.store.get<AgentBody>('agent_version', versionId(pin.id, pin.version));
  if (snapshot === null) throw notFound('agent version', versionId(pin.id, pin.version));
  const { multiagent: _, ...whole } = await withSkills(core, definition(snapshot.body));
  return whole;
}

async function withSkills(core: Core, agent: AgentDefinition): Promise<AgentDefinition> {
  const pinned = await pinSkills(core, agent.skills);
  return { ...agent, skills: pinned.map((skill) => skill.ref) };
}

async function versionOf(core: Core, id: string, version: number | undefined): Promise<AgentBody> {
  const latest = await find<AgentBody>(core, 'agent', id);
  if (latest.archived) throw invalid(`agent ${id} is archived`);
  if (version === undefined || version === latest.body.version) return latest.body;
  const snapshot = await core.store.get<AgentBody>('agent_version', versionId(id, version));
  if (snapshot === null) throw notFound('agent version', versionId(id, version));
  return snapshot.body;
}

export function definition(agent: AgentBody): AgentDefinition {
  const { metadata: _, created_at: _c, updated_at: _u, archived_at: _a, ...rest } = agent;
  return rest;
}

type Overrides = Extract<AgentRef, { type: 'agent_with_overrides' }>;

/** Omitted inherits, null or an empty list clears, a value replaces. The base agent's effort is not carried over. */
function override(base: AgentDefinition, given: Overrides): AgentDefinition {
  if (given.model === null) throw invalid('agent.model: a session needs a model (agent_model_required)');
  return {
    ...base,
    model: given.model === undefined ? base.model : resolveModel(given.model, null),
    system: given.system === undefined ? base.system : given.system || null,
    tools: given.tools === undefined ? base.tools : resolveTools(given.tools ?? []),
    mcp_servers: given.mcp_servers === undefined ? base.mcp_servers : (given.mcp_servers ?? []),
    skills: given.skills === undefined ? base.skills : skillRefs(given.skills),
  };
}
