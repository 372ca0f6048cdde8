/** The agent as data, and its publication into a real embedded core. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Embedded, embedCore } from '../../src/embed.ts';
import { inputSchema } from '../../src/sre/agent/custom-tool.ts';
import { definition, MAX_SKILLS, readSkillHashes, skillHashes } from '../../src/sre/agent/definition.ts';
import { publish } from '../../src/sre/agent/publish.ts';
import type { Runbook } from '../../src/sre/runbook.ts';
import { loadTools } from '../../src/tools.ts';

describe('the definition', () => {
  test('offers every tool of the folder with a schema the wire takes: an object, without references', async () => {
    const tools = await loadTools();
    const { tools: offered } = definition('m', tools.values(), []);
    const custom = offered.flatMap((tool) => (tool.type === 'custom' ? [tool] : []));
    expect(custom.map(({ name }) => name)).toEqual([...tools.keys()]);
    for (const { name, description, input_schema } of custom) {
      expect(input_schema.type, name).toBe('object');
      expect(JSON.stringify(input_schema), name).not.toContain('$ref');
      expect(Object.keys(input_schema), name).not.toEqual(
        expect.arrayContaining(['anyOf', 'oneOf', 'allOf', '$schema']),
      );
      expect(description.length, name).toBeLessThanOrEqual(1024);
    }
  });

  test('leaves the web out of the sandbox', () => {
    const [toolset] = definition('m', [], []).tools;
    expect(toolset).toMatchObject({
      configs: [
        { name: 'web_fetch', enabled: false },
        { name: 'web_search', enabled: false },
      ],
    });
  });

  test('refuses a tool whose input is no object', () => {
    expect(() => inputSchema({ name: 'odd', input: z.string() })).toThrow(/odd must be a z.object/);
  });

  test('remembers what each skill was published from', () => {
    const skills = [{ slug: 'dns', hash: 'h', skillId: 'skill_1', version: 'skver_1' }];
    expect(readSkillHashes({ ...skillHashes(skills), other: 'x' })).toEqual(skills);
  });
});

describe('publishing', () => {
  let dir: string;
  let core: Embedded;
  let client: Anthropic;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'vigil-publish-'));
    core = await embedCore({ dataDir: dir, apiKey: 'k' });
    client = core.client;
  });
  afterAll(async () => {
    await core.close();
    await rm(dir, { recursive: true, force: true });
  });

  const runbook = (slug: string, text: string): Runbook => ({
    slug,
    about: { lastReviewed: null, sources: null },
    files: [
      {
        path: 'SKILL.md',
        bytes: Buffer.from(`---\nname: ${slug}\ndescription: When ${slug} is in doubt.\n---\n${text}\n`),
      },
      { path: 'references/more.md', bytes: Buffer.from('more') },
    ],
  });
  const run = async (runbooks: Runbook[], model = 'vigil-analyst') =>
    publish(client, {
      ...{ model, graderModel: model, specialistModel: null, runbooks },
      tools: [...(await loadTools()).values()],
      leftOut: (...what) => left.push(what),
    });
  const left: [string, string][] = [];
  const current = async (id: string) => client.beta.agents.retrieve(id);

  test('twice the same is one agent, one version, one environment, one version of each skill', async () => {
    const first = await run([runbook('dns', 'a'), runbook('disk', 'a')]);
    const before = await current(first.agentId);
    expect(await run([runbook('dns', 'a'), runbook('disk', 'a')])).toEqual(first);
    const after = await current(first.agentId);
    expect(after.version).toBe(before.version);
    expect(after.skills).toEqual(before.skills);
    const environments = [];
    for await (const environment of client.beta.environments.list()) environments.push(environment.id);
    expect(environments).toEqual([first.environmentId]);
  });

  test('a changed runbook is a new version of that skill only', async () => {
    const { agentId } = await run([runbook('dns', 'a'), runbook('disk', 'a')]);
    const before = await current(agentId);
    await run([runbook('dns', 'b'), runbook('disk', 'a')]);
    const after = await current(agentId);
    expect(after.version).toBe(before.version + 1);
    expect(after.skills.map(({ skill_id }) => skill_id)).toEqual(before.skills.map(({ skill_id }) => skill_id));
    expect(after.skills[0]?.version).not.toBe(before.skills[0]?.version);
    expect(after.skills[1]?.version).toBe(before.skills[1]?.version);
  });

  test('a removed runbook leaves the agent', async () => {
    const { agentId } = await run([runbook('disk', 'a')]);
    const agent = await current(agentId);
    expect(agent.skills).toHaveLength(1);
    expect(Object.keys(agent.metadata)).toEqual(['runbooks.1']);
    expect(agent.metadata['runbooks.1']).toMatch(/^disk /);
  });

  test('a runbook that cannot be used is left out and told, and the others are there', async () => {
    const broken = { ...runbook('broken', ''), files: [{ path: 'SKILL.md', bytes: Buffer.from('# No head') }] };
    const { agentId } = await run([broken, runbook('disk', 'a')]);
    expect((await current(agentId)).skills).toHaveLength(1);
    expect(left.splice(0)).toEqual([['broken', expect.stringContaining('begin with YAML front matter')]]);
  });

  test('as many runbooks as an agent takes fit with long names, and of more the last are left out and told', async () => {
    const many = Array.from({ length: MAX_SKILLS + 1 }, (_, i) =>
      runbook(`a-name-that-is-as-long-as-a-name-of-a-skill-may-be-which-is-${i + 10}`, 'a'),
    );
    const { agentId } = await run(many);
    const before = await current(agentId);
    await run(many);
    expect((await current(agentId)).version).toBe(before.version);
    expect(readSkillHashes(before.metadata)).toHaveLength(MAX_SKILLS);
    expect(left.splice(0)).toEqual(
      Array(2).fill([
        expect.stringMatching(new RegExp(`-${MAX_SKILLS + 10}$`)),
        expect.stringContaining(`takes ${MAX_SKILLS} runbooks`),
      ]),
    );
  });

  test('the second reader is an agent of its own, without any tool', async () => {
    const { agentId, grader } = await run([]);
    const second = await current(grader.agentId);
    expect(second.id).not.toBe(agentId);
    expect({ tools: second.tools, skills: second.skills, mcp: second.mcp_servers }).toEqual({
      tools: [],
      skills: [],
      mcp: [],
    });
    expect((await run([])).grader).toEqual(grader);
  });

  test('another model is a new version of the same agent', async () => {
    const first = await run([]);
    expect((await run([], 'scripted')).agentId).toBe(first.agentId);
    expect((await current(first.agentId)).model.id).toBe('scripted');
  });
});
