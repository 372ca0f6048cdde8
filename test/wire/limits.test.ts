import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentedLimits } from '../../src/core/api/limits.ts';
import { type Embedded, embedCore } from '../../src/embed.ts';
import { API_KEY, says } from './arms.ts';
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
  };
  core = await embedCore({ dataDir, apiKey: API_KEY, limits });
});
afterAll(async () => {
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
});

test('the limits are those of the documentation unless an embedding program says otherwise', () => {
  expect(documentedLimits).toEqual({
    memoryBytes: 102_400,
    memoriesPerStore: 2_000,
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
