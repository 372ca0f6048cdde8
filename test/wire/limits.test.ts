import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toFile } from '@anthropic-ai/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import { documentedLimits } from '../../src/core/api/limits.ts';
import { type Embedded, embedCore } from '../../src/embed.ts';
import { API_KEY, refusal, says } from './arms.ts';
import { verifies } from './verifies.ts';

let dataDir: string;
let core: Embedded;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  const limits = {
    memoryBytes: 10,
    memoriesPerStore: 2,
    credentialsPerVault: 1,
    vaultsPerSession: 1,
    scheduledDeployments: 1,
    fileBytes: 1_000,
    skillBytes: 2_000,
    skillsPerSession: 2,
  };
  core = await embedCore({ dataDir, apiKey: API_KEY, limits, models: { scripted: scriptedModel([]) } });
});
afterAll(async () => {
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
});

test('the limits are those of the documentation unless an embedding program says otherwise', () => {
  expect(documentedLimits).toEqual({
    memoryBytes: 102_400,
    memoriesPerStore: 2_000,
    fileBytes: 500 * 1024 * 1024,
    skillBytes: 30 * 1024 * 1024,
    skillsPerSession: 500,
    memoryStoresPerSession: 8,
    credentialsPerVault: 20,
    hostsPerCredential: 16,
    vaultsPerSession: 50,
    scheduledDeployments: 1_000,
    workLeaseSeconds: 90,
  });
});

test('a store that is full takes no more memories, and one that was deleted makes room', async () => {
  verifies('memoryStores.memories.create');
  const { memoryStores } = core.client.beta;
  const store = await memoryStores.create({ name: 'small' });
  const first = await memoryStores.memories.create(store.id, { path: '/a', content: '0123456789' });
  await memoryStores.memories.create(store.id, { path: '/b', content: '' });
  const third = () => memoryStores.memories.create(store.id, { path: '/c', content: '' });
  await expect(third()).rejects.toMatchObject({ status: 400 });
  const change = { memory_store_id: store.id, content: '0123456789x' };
  await expect(memoryStores.memories.update(first.id, change)).rejects.toMatchObject({ status: 400 });
  await memoryStores.memories.delete(first.id, { memory_store_id: store.id });
  expect((await third()).path).toBe('/c');
});

test('a schedule beyond the number allowed is refused until another is taken away', async () => {
  verifies('deployments.create', 'deployments.update');
  const { agents, environments, deployments } = core.client.beta;
  const agent = await agents.create({ name: 'a', model: 'scripted' });
  const environment = await environments.create({ name: 'e' });
  const base = { name: 'd', agent: agent.id, environment_id: environment.id, initial_events: [says('go')] };
  const schedule = { type: 'cron' as const, expression: '0 0 * * *', timezone: 'UTC' };
  const first = await deployments.create({ ...base, schedule });
  await expect(deployments.create({ ...base, schedule })).rejects.toMatchObject({ status: 400 });
  const plain = await deployments.create(base);
  await expect(deployments.update(plain.id, { schedule })).rejects.toMatchObject({ status: 400 });
  await deployments.archive(first.id);
  expect((await deployments.update(plain.id, { schedule })).schedule).toMatchObject(schedule);
});

test('an upload over the limit is 413 and leaves no bytes behind', async () => {
  verifies('files.upload', 'skills.create', 'skills.versions.create');
  const { files, skills } = core.client.beta;
  const blobs = async () =>
    (await readdir(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true })).filter((one) => one.isFile())
      .length;
  const file = async (size: number) =>
    await files.upload({ file: await toFile(Buffer.alloc(size, size % 251), 'x.bin') });
  expect((await file(1_000)).size_bytes).toBe(1_000);
  const before = await blobs();
  const tooLarge = { status: 413, error: { type: 'request_too_large' } };
  expect(await refusal(file(1_001))).toMatchObject(tooLarge);
  const main = '---\nname: small\ndescription: d\n---\n';
  const parts = async (size: number) => [
    await toFile(Buffer.from(main), 'small/SKILL.md'),
    await toFile(Buffer.alloc(size - main.length, 1), 'small/data.bin'),
  ];
  expect(await refusal(skills.create({ files: await parts(2_001) }))).toMatchObject(tooLarge);
  expect(await blobs()).toBe(before);
  const skill = await skills.create({ files: await parts(2_000) });
  expect(await refusal(skills.versions.create(skill.id, { files: await parts(2_001) }))).toMatchObject(tooLarge);
});

test('the skills of all agents of a session count together', async () => {
  verifies('sessions.create');
  const { agents, environments, sessions, skills } = core.client.beta;
  const skill = async (name: string) => {
    const main = await toFile(Buffer.from(`---\nname: ${name}\ndescription: d\n---\n`), `${name}/SKILL.md`);
    return { type: 'custom' as const, skill_id: (await skills.create({ files: [main] })).id };
  };
  const [a, b, c] = [await skill('one'), await skill('two'), await skill('three')];
  const tools = [{ type: 'agent_toolset_20260401' as const }];
  const member = async (name: string, has: (typeof a)[]) =>
    (await agents.create({ name, model: 'scripted', tools, skills: has })).id;
  const environment_id = (await environments.create({ name: 'with skills' })).id;
  const coordinator = async (...has: string[]) => {
    const multiagent = { type: 'coordinator' as const, agents: has };
    const { id } = await agents.create({ name: 'lead', model: 'scripted', tools, skills: [a], multiagent });
    return await sessions.create({ agent: id, environment_id });
  };
  await coordinator(await member('m1', [a, b]));
  const { status, error } = await refusal(coordinator(await member('m2', [b, c])));
  expect([status, error]).toEqual([
    400,
    { type: 'invalid_request_error', message: expect.stringContaining('skills: 3') },
  ]);
});

type Body = Record<string, unknown>;
/** Everything that the documents give a length or a count, by what is sent: one more than the most is refused. */
const fields: readonly [
  path: string,
  body: (ground: Ground) => Body,
  field: string,
  most: number,
  make?: (size: number) => unknown,
][] = [
  ['/v1/agents', agentBody, 'name', 256],
  ['/v1/agents', agentBody, 'description', 2_048],
  ['/v1/agents', agentBody, 'system', 100_000],
  ['/v1/agents', agentBody, 'metadata', 16, pairs],
  ['/v1/agents', agentBody, 'metadata', 64, (size) => ({ ['k'.repeat(size)]: 'v' })],
  ['/v1/agents', agentBody, 'metadata', 512, (size) => ({ k: 'v'.repeat(size) })],
  ['/v1/agents', agentBody, 'tools', 256, (size) => many(size, tool)],
  ['/v1/agents', agentBody, 'tools', 248, (size) => [{ type: 'agent_toolset_20260401' }, ...many(size, tool)]],
  ['/v1/agents', agentBody, 'tools', 128, (size) => [{ ...tool(0), name: 't'.repeat(size) }]],
  ['/v1/agents', agentBody, 'tools', 1_024, (size) => [{ ...tool(0), description: 'd'.repeat(size) }]],
  ['/v1/environments', () => ({ name: 'e' }), 'name', 256],
  ['/v1/environments', () => ({ name: 'long description' }), 'description', 1_024],
  ['/v1/environments', () => ({ name: 'labels' }), 'metadata', 16, pairs],
  ['/v1/sessions', sessionBody, 'title', 500],
  ['/v1/sessions', sessionBody, 'metadata', 16, pairs],
  ['/v1/sessions', sessionBody, 'initial_events', 50, (size) => many(size, () => says('x'))],
  ['/v1/sessions', sessionBody, 'resources', 500, (size) => many(size, repository)],
  [
    '/v1/sessions',
    sessionBody,
    'resources',
    4_096,
    (size) => [{ ...repository(0), authorization_token: 't'.repeat(size) }],
  ],
  [
    '/v1/sessions',
    sessionBody,
    'resources',
    255,
    (size) => [{ ...repository(0), checkout: { type: 'branch', name: 'b'.repeat(size) } }],
  ],
  ['/v1/sessions', sessionBody, 'resources', 2_048, (size) => [{ ...repository(0), url: address(size) }]],
  ['/v1/vaults', () => ({ display_name: 'v' }), 'display_name', 255],
  ['/v1/vaults', () => ({ display_name: 'v' }), 'metadata', 16, pairs],
  ['/v1/memory_stores', () => ({ name: 'm' }), 'name', 255],
  ['/v1/memory_stores', () => ({ name: 'm' }), 'description', 1_024],
  ['/v1/memory_stores', () => ({ name: 'm' }), 'metadata', 16, pairs],
  ['/v1/deployments', deploymentBody, 'name', 256],
  ['/v1/deployments', deploymentBody, 'initial_events', 50, (size) => many(size, () => says('x'))],
  ['/v1/deployments', deploymentBody, 'resources', 500, (size) => many(size, repository)],
  ['/v1/deployments', deploymentBody, 'metadata', 16, pairs],
  ['/v1/tunnels', () => ({}), 'display_name', 255],
  ['/v1/user_profiles', () => ({}), 'name', 255],
  ['/v1/user_profiles', () => ({}), 'metadata', 16, pairs],
];

interface Ground {
  agent: string;
  environment: string;
}
const text = (size: number) => 'x'.repeat(size);
function many<One>(size: number, make: (index: number) => One): One[] {
  return Array.from({ length: size }, (_, index) => make(index));
}
function pairs(size: number): Body {
  return Object.fromEntries(many(size, (index) => [`k${index}`, 'v']));
}
function tool(index: number): Body {
  return { type: 'custom', name: `t${index}`, description: 'd', input_schema: { type: 'object' } };
}
function repository(index: number): Body {
  return { type: 'github_repository', url: `https://github.invalid/acme/r${index}` };
}
function address(size: number): string {
  const start = 'https://github.invalid/acme/';
  return start + 'r'.repeat(size - start.length);
}
function agentBody(): Body {
  return { name: 'a', model: 'scripted' };
}
function sessionBody({ agent, environment }: Ground): Body {
  return { agent, environment_id: environment };
}
function deploymentBody({ agent, environment }: Ground): Body {
  return { name: 'd', agent, environment_id: environment, initial_events: [says('x')] };
}

test('of every documented length and count the most is taken, and one more is 400', async () => {
  verifies('agents.create', 'environments.create', 'sessions.create', 'vaults.create', 'deployments.create');
  const { agents, environments } = core.client.beta;
  const agent = (await agents.create({ name: 'a', model: 'scripted' })).id;
  const ground = { agent, environment: (await environments.create({ name: 'ground' })).id };
  for (const [path, body, field, most, make = text] of fields) {
    const send = (size: number) => core.client.post<object>(path, { body: { ...body(ground), [field]: make(size) } });
    const what = `${path} ${field} ${most}`;
    expect(await send(most), what).toMatchObject({ id: expect.any(String) });
    const { status, error } = await refusal(send(most + 1));
    expect([status, error], what).toEqual([
      400,
      {
        type: 'invalid_request_error',
        message: expect.stringContaining(field),
        ...(field === 'metadata' ? { details: { error_code: 'invalid_metadata' } } : {}),
      },
    ]);
  }
});
