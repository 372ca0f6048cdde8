import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diskBlobs } from '../../../src/core/adapters/disk/index.ts';
import { openSqlite } from '../../../src/core/adapters/sqlite/index.ts';
import { createAgent } from '../../../src/core/api/agents/create.ts';
import type { Core } from '../../../src/core/api/core.ts';
import { listDeploymentRuns } from '../../../src/core/api/deployment-runs/list.ts';
import { createDeployment } from '../../../src/core/api/deployments/create.ts';
import { findDeployment } from '../../../src/core/api/deployments/find.ts';
import { fireDeployments } from '../../../src/core/api/deployments/fire.ts';
import { launch } from '../../../src/core/api/deployments/launch.ts';
import { jitterOf } from '../../../src/core/api/deployments/schedule.ts';
import { createEnvironment } from '../../../src/core/api/environments/create.ts';
import { documentedLimits } from '../../../src/core/api/limits.ts';
import { createSerial } from '../../../src/core/api/serial.ts';

let folder: string;
/** Two servers on one store, each with its own idea of what it is doing. */
let servers: [Core, Core];
let now: number;

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1, 11, 30);
  folder = await mkdtemp(join(tmpdir(), 'launch-'));
  const clock = { now: () => now };
  const { store } = await openSqlite({ path: join(folder, 'core.db'), clock });
  const unused = () => Promise.reject(new Error('not used here'));
  const server = (): Core => ({
    store,
    everywhere: store,
    clock,
    blobs: diskBlobs(join(folder, 'blobs')),
    secrets: { seal: unused, open: unused },
    outbound: { send: unused, isNamed: () => false },
    messages: null,
    bundledSkills: [],
    minds: {
      for() {
        throw new Error('not used here');
      },
    },
    workspace: 'wrkspc_1',
    models: [],
    hasListPrice: () => false,
    limits: documentedLimits,
    caller: { type: 'api_actor', api_key_id: 'apikey_1' },
    credential: { kind: 'api_key', id: 'apikey_1', workspace: 'wrkspc_1', scope: 'admin', root: true },
    workersSeen: new Map(),
    serial: createSerial(),
    tell: async () => undefined,
  });
  servers = [server(), server()];
});
afterEach(async () => {
  await servers[0].store.close();
  await rm(folder, { recursive: true, force: true });
});

async function hourly(): Promise<string> {
  const [core] = servers;
  const agent = await createAgent(core, { body: { name: 'a', model: 'm' } });
  const environment = await createEnvironment(core, { body: { name: 'e' } });
  const body = {
    name: 'd',
    agent: agent.id,
    environment_id: environment.id,
    initial_events: [{ type: 'user.message' as const, content: [{ type: 'text' as const, text: 'go' }] }],
    schedule: { type: 'cron' as const, expression: '0 * * * *', timezone: 'UTC' },
  };
  const made = await createDeployment(core, { body });
  return 'id' in made ? String(made.id) : '';
}

async function written(id: string) {
  const list = { workspace: 'wrkspc_1' as const, order: 'asc' as const, limit: 10, includeArchived: true };
  return {
    runs: (await listDeploymentRuns(servers[0], { query: { limit: 10, deployment_id: id } })) as { data: object[] },
    sessions: await servers[0].store.list({ ...list, kind: 'session' }),
  };
}

test('two servers that see the same time come make one run and one session', async () => {
  const id = await hourly();
  const due = Date.UTC(2026, 0, 1, 12);
  now = due + jitterOf(id, { expression: '0 * * * *', timezone: 'UTC' }, due);
  await Promise.all([...servers, ...servers].map(fireDeployments));
  const { runs, sessions } = await written(id);
  expect(runs.data).toHaveLength(1);
  expect(sessions).toHaveLength(1);
  now += 1_000;
  await Promise.all(servers.map(fireDeployments));
  expect((await written(id)).sessions).toHaveLength(1);
});

test('a launch from what has changed since writes nothing', async () => {
  const id = await hourly();
  const row = await findDeployment(servers[0], id);
  const trigger = { type: 'schedule' as const, scheduled_at: '2026-01-01T12:00:00.000Z' };
  expect(await launch(servers[0], row, trigger, (deployment) => deployment)).not.toBeNull();
  expect(await launch(servers[1], row, trigger, (deployment) => deployment)).toBeNull();
  const fresh = await findDeployment(servers[1], id);
  expect(await launch(servers[1], fresh, trigger, (deployment) => deployment)).toBeNull();
  expect((await written(id)).sessions).toHaveLength(1);
});
