/** Agents under an agent: what is sent is resolved to pins, and merged with what stands where its form asks for that. */
import { z } from 'zod';
import type { AgentBody } from '../../documents.ts';
import { ADVISOR_NAME, type Advisor, type AgentPin, type Members, type Multiagent } from '../../threads.ts';
import type { Core } from '../core.ts';
import { invalid } from '../errors.ts';
import { versionId } from './versions/doc.ts';

const MOST = 20;
const id = z.string().min(1).max(128);
const member = z.union([
  id,
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('agent'), id, version: z.number().int().min(1).optional() }),
    z.object({ type: z.literal('self') }),
  ]),
]);
const advisor = z.object({ type: z.literal('advisor'), model: z.string().min(1).max(256) });
const onOff = z.object({ type: z.enum(['enabled', 'disabled']) });
const members = z.discriminatedUnion('type', [
  z.object({ type: z.literal('disabled') }),
  z.object({
    type: z.literal('enabled'),
    inline_agents: onOff.nullish(),
    predefined_agents: z.array(member).max(MOST).nullish(),
  }),
]);

export const multiagentField = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('coordinator'),
      agents: z
        .array(z.union([member, advisor]))
        .min(1)
        .max(MOST),
    }),
    z.object({
      type: z.literal('multiagent_20261001'),
      workflows: members.nullish(),
      subagents: members.nullish(),
      advisor: z
        .discriminatedUnion('type', [
          z.object({ type: z.literal('enabled'), model: z.string().min(1).max(256) }),
          z.object({ type: z.literal('disabled') }),
        ])
        .nullish(),
    }),
  ])
  .nullish();
/** What older guides call a coordinator's agents. An empty list names none. */
export const callableAgentsField = z.array(member).max(MOST).nullish();
type Given = z.output<typeof multiagentField>;
type Member = z.output<typeof member>;
type Stored = Multiagent<AgentPin>;
/** The agent the configuration belongs to, at the version it is to have. */
type Owner = Pick<AgentBody, 'id' | 'version' | 'name' | 'model'>;

/** The one form of what may be sent in two. */
export function givenMultiagent(body: {
  multiagent?: Given;
  callable_agents?: z.output<typeof callableAgentsField>;
}): Given {
  const { multiagent, callable_agents: callable } = body;
  if (callable === undefined) return multiagent;
  if (callable === null || callable.length === 0) return multiagent ?? null;
  if (multiagent) throw invalid('callable_agents: an older name of multiagent; send one of the two');
  return { type: 'coordinator', agents: callable };
}

/** Omitted keeps what stands; null clears it. */
export async function resolveMultiagent(
  core: Core,
  owner: Owner,
  given: Given,
  current: unknown,
): Promise<Stored | null> {
  const standing = storedOf(current);
  if (given === undefined) return standing === null ? null : follow(standing, owner);
  if (given === null) return null;
  if (given.type === 'coordinator') return await coordinator(core, owner, given.agents);
  const before = standing?.type === 'multiagent_20261001' ? standing : null;
  return {
    type: 'multiagent_20261001',
    workflows: await mergeMembers(core, owner, 'workflows', given.workflows, before?.workflows),
    subagents: await mergeMembers(core, owner, 'subagents', given.subagents, before?.subagents),
    advisor:
      given.advisor === undefined ? (before?.advisor ?? { type: 'disabled' }) : (given.advisor ?? { type: 'disabled' }),
  };
}

async function coordinator(core: Core, owner: Owner, given: readonly (Member | Advisor)[]): Promise<Stored> {
  const advisors = given.filter(isAdvisor);
  if (advisors.length > 1) throw invalid('multiagent.agents: one advisor at most');
  const pins = await pinAll(
    core,
    owner,
    'multiagent.agents',
    given.flatMap((entry) => (isAdvisor(entry) ? [] : [entry])),
  );
  return { type: 'coordinator', agents: [...pins, ...advisors] };
}

function isAdvisor(entry: Member | Advisor): entry is Advisor {
  return typeof entry === 'object' && entry.type === 'advisor';
}

/** Level by level: an omitted key keeps its value, null takes its default, another `type` starts afresh. */
async function mergeMembers(
  core: Core,
  owner: Owner,
  name: 'workflows' | 'subagents',
  given: z.output<typeof members> | null | undefined,
  before: Members<AgentPin> | undefined,
): Promise<Members<AgentPin>> {
  const fresh: Members<AgentPin> = { type: 'enabled', inline_agents: { type: 'enabled' }, predefined_agents: [] };
  if (given === undefined) return before ?? fresh;
  if (given === null) return fresh;
  if (given.type === 'disabled') return { type: 'disabled' };
  const base = before?.type === 'enabled' ? before : fresh;
  const inline =
    given.inline_agents === undefined ? base.inline_agents : (given.inline_agents ?? { type: 'enabled' as const });
  const path = `multiagent.${name}.predefined_agents`;
  const list =
    given.predefined_agents === undefined
      ? base.predefined_agents
      : await pinAll(core, owner, path, given.predefined_agents ?? []);
  if (inline.type === 'disabled' && list.length === 0) {
    throw invalid(`${path}: name at least one agent, or enable inline_agents`);
  }
  return { type: 'enabled', inline_agents: inline, predefined_agents: list };
}

async function pinAll(core: Core, owner: Owner, path: string, given: readonly Member[]): Promise<AgentPin[]> {
  const agents = await Promise.all(given.map((entry) => look(core, owner, path, entry)));
  const ids = agents.map((agent) => agent.id);
  const twice = ids.find((one, index) => ids.indexOf(one) !== index);
  if (twice !== undefined) throw invalid(`${path}: agent ${twice} is named twice`);
  const names = agents.map((agent) => agent.name);
  const same = names.find((one, index) => names.indexOf(one) !== index);
  if (same !== undefined)
    throw invalid(`${path}: two agents are called "${same}"; the coordinator could not tell them apart`);
  if (names.includes(ADVISOR_NAME)) throw invalid(`${path}: the name ${ADVISOR_NAME} is reserved`);
  const places = new Set([owner, ...agents].map((agent) => agent.model.inference_geo ?? null));
  if (places.size > 1) throw invalid(`${path}: all agents must have the same inference_geo, or none`);
  return agents.map((agent) => ({ type: 'agent', id: agent.id, version: agent.version }));
}

async function look(core: Core, owner: Owner, path: string, entry: Member): Promise<Owner> {
  if (typeof entry === 'object' && entry.type === 'self') return owner;
  const { id: agentId, version } = typeof entry === 'string' ? { id: entry, version: undefined } : entry;
  // How `self` is shown, so that what was read can be sent back.
  if (agentId === owner.id) return owner;
  const latest = await core.store.get<AgentBody>('agent', agentId);
  if (latest === null || latest.workspace !== core.workspace) throw invalid(`${path}: no agent ${agentId}`);
  if (latest.archived) throw invalid(`${path}: agent ${agentId} is archived`);
  const wanted = version ?? latest.body.version;
  const snapshot = await core.store.get<AgentBody>('agent_version', versionId(agentId, wanted));
  if (snapshot === null) throw invalid(`${path}: agent ${agentId} has no version ${wanted}`);
  if (snapshot.body.multiagent !== null) throw invalid(`${path}: agent ${agentId} has agents of its own`);
  return snapshot.body;
}

/** `self` means the agent as it now becomes. */
function follow(stored: Stored, owner: Owner): Stored {
  const pin = (entry: AgentPin): AgentPin => (entry.id === owner.id ? { ...entry, version: owner.version } : entry);
  const list = (those: Members<AgentPin>): Members<AgentPin> =>
    those.type === 'disabled' ? those : { ...those, predefined_agents: those.predefined_agents.map(pin) };
  if (stored.type === 'coordinator') {
    return { ...stored, agents: stored.agents.map((entry) => (entry.type === 'advisor' ? entry : pin(entry))) };
  }
  return { ...stored, workflows: list(stored.workflows), subagents: list(stored.subagents) };
}

/** Agents are written by this server alone, always with pins. */
function storedOf(multiagent: unknown): Stored | null {
  return multiagent as Stored | null;
}

/** The same with every pin replaced by what `member` makes of it. */
export async function withMembers<Whole>(
  multiagent: unknown,
  member: (pin: AgentPin) => Promise<Whole>,
): Promise<Multiagent<Whole> | null> {
  const stored = storedOf(multiagent);
  if (stored === null) return null;
  const list = async (those: Members<AgentPin>): Promise<Members<Whole>> =>
    those.type === 'disabled'
      ? those
      : { ...those, predefined_agents: await Promise.all(those.predefined_agents.map(member)) };
  if (stored.type === 'coordinator') {
    const agents = await Promise.all(
      stored.agents.map(async (one) => (one.type === 'advisor' ? one : await member(one))),
    );
    return { type: 'coordinator', agents };
  }
  return { ...stored, workflows: await list(stored.workflows), subagents: await list(stored.subagents) };
}
