/** Makes the core know our agent: environment, runbooks as skills, the agent itself. Run again, it changes only what differs. */
import { createHash } from 'node:crypto';
import type Anthropic from '@anthropic-ai/sdk';
import { BadRequestError, toFile } from '@anthropic-ai/sdk';
import type { AgentCreateParams } from '@anthropic-ai/sdk/resources/beta/agents/agents';
import type { Published } from '../investigate.ts';
import type { Runbook } from '../runbook.ts';
import type { Tool } from '../tool.ts';
import {
  AGENT_NAME,
  definition,
  ENVIRONMENT_NAME,
  MAX_SKILLS,
  type PublishedSkill,
  readSkillHashes,
} from './definition.ts';
import { GRADER_NAME, grader } from './grader.ts';
import { SPECIALISTS, specialist } from './specialists.ts';

interface Publishing {
  model: string;
  graderModel: string;
  /** Null: the investigator works alone. */
  specialistModel: string | null;
  /** Read more than once. */
  tools: readonly Tool<unknown>[];
  runbooks: readonly Runbook[];
  /** A runbook that nobody can use must not keep an alert from being investigated: it is told, and left out. */
  leftOut: (slug: string, why: string) => void;
}

export async function publish(
  client: Anthropic,
  { model, graderModel, specialistModel, tools, runbooks, leftOut }: Publishing,
): Promise<Published> {
  for (const { slug } of runbooks.slice(MAX_SKILLS))
    leftOut(slug, `an agent takes ${MAX_SKILLS} runbooks, and there are ${runbooks.length}: merge some or remove some`);
  const agents = await knownAgents(client);
  const known = agents.get(AGENT_NAME) ?? null;
  const skills: PublishedSkill[] = [];
  for (const runbook of runbooks.slice(0, MAX_SKILLS)) {
    const skill = await publishSkill(client, runbook, readSkillHashes(known?.metadata ?? {})).catch(
      (error: unknown) => {
        if (!(error instanceof BadRequestError)) throw error;
        leftOut(runbook.slug, error.message);
        return null;
      },
    );
    if (skill !== null) skills.push(skill);
  }
  const crew = specialistModel === null ? [] : await publishCrew(client, agents, specialistModel, tools);
  const agent = await publishAgent(client, known, definition(model, tools, skills, crew));
  const second = await publishAgent(client, agents.get(GRADER_NAME) ?? null, grader(graderModel));
  return {
    agentId: agent.id,
    environmentId: await ensureEnvironment(client),
    model,
    grader: { agentId: second.id, model: graderModel },
    specialists: crew.map(({ id, of, name }) => ({ agentId: id, of, name })),
  };
}

async function publishCrew(
  client: Anthropic,
  agents: ReadonlyMap<string, KnownAgent>,
  model: string,
  tools: readonly Tool<unknown>[],
) {
  const crew = [];
  for (const one of SPECIALISTS) {
    const wanted = specialist(one, model, tools);
    const { id, version } = await publishAgent(client, agents.get(one.name) ?? null, wanted);
    crew.push({ id, version, of: one.of, name: one.name });
  }
  return crew;
}

interface KnownAgent {
  id: string;
  metadata: Record<string, string>;
}

/** By name; of several that share one, the first that the server lists. */
async function knownAgents(client: Anthropic): Promise<ReadonlyMap<string, KnownAgent>> {
  const known = new Map<string, KnownAgent>();
  for await (const { id, name, metadata } of client.beta.agents.list({ limit: 100 }))
    if (!known.has(name)) known.set(name, { id, metadata });
  return known;
}

async function publishAgent(client: Anthropic, known: KnownAgent | null, wanted: AgentCreateParams) {
  if (known === null) return await client.beta.agents.create(wanted);
  return await client.beta.agents.update(known.id, {
    ...wanted,
    metadata: { ...cleared(known.metadata), ...wanted.metadata },
  });
}

/** Metadata is patched on the wire: what is not named stays, null removes. */
function cleared(metadata: Record<string, string>): Record<string, null> {
  return Object.fromEntries(Object.keys(metadata).map((key) => [key, null]));
}

async function ensureEnvironment(client: Anthropic): Promise<string> {
  for await (const environment of client.beta.environments.list({ limit: 100 })) {
    if (environment.name === ENVIRONMENT_NAME) return environment.id;
  }
  const created = await client.beta.environments.create({
    name: ENVIRONMENT_NAME,
    description: 'No network: investigations read what is mounted.',
    config: { type: 'cloud', networking: { type: 'limited', allowed_hosts: [] } },
  });
  return created.id;
}

async function publishSkill(
  client: Anthropic,
  runbook: Runbook,
  known: readonly PublishedSkill[],
): Promise<PublishedSkill> {
  const { slug } = runbook;
  const hash = hashOf(runbook);
  const same = known.find((skill) => skill.slug === slug && skill.hash === hash);
  if (same !== undefined) return same;
  const files = await Promise.all(runbook.files.map(({ path, bytes }) => toFile(bytes, `${slug}/${path}`)));
  const existing = await findSkill(client, slug);
  if (existing === null) {
    const skill = await client.skills.create({ files, display_name: slug });
    return { slug, hash, skillId: skill.id, version: skill.latest_version_id };
  }
  const version = await client.skills.versions.create(existing, { files });
  return { slug, hash, skillId: existing, version: version.id };
}

async function findSkill(client: Anthropic, slug: string): Promise<string | null> {
  for await (const skill of client.skills.list({ source: 'custom', limit: 100 })) {
    if (skill.display_name === slug) return skill.id;
  }
  return null;
}

function hashOf({ files }: Runbook): string {
  const hash = createHash('sha256');
  for (const { path, bytes } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${path}\0${bytes.byteLength}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}
