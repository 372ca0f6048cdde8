/** Each credential against each endpoint: what is not written down here is refused. */
import { expect, test } from 'vitest';
import { authorize } from '../../../src/core/api/access.ts';
import type { Core } from '../../../src/core/api/core.ts';
import type { Credential } from '../../../src/core/api/credential.ts';
import { routes } from '../../../src/core/api/routes.ts';

const workspace = 'wrkspc_1' as const;
const place = { workspace, environment: 'env_1' as const };
const key: Credential = { kind: 'environment_key', id: 'envkey_1', ...place };
const token = (lease: 'held' | 'lost' | 'over'): Credential => ({
  kind: 'work_token',
  work: 'work_1',
  session: 'sesn_1',
  lease,
  ...place,
});
const apiKey = (scope: 'read' | 'write' | 'admin', root = false): Credential => ({
  kind: 'api_key',
  id: 'apikey_1',
  workspace,
  scope,
  root,
});

/** As if everything the caller may reach were there. */
const session = { workspace, body: { environment_id: 'env_1', agent: { skills: [{ skill_id: 'skill_1' }] } } };
const store = { get: async () => session, list: async () => [{ body: { access: 'read_write' } }] };
const ids = {
  environment_id: 'env_1',
  work_id: 'work_1',
  session_id: 'sesn_1',
  skill_id: 'skill_1',
  memory_store_id: 'memstore_1',
};

/** Only what `authorize` looks at. */
function coreOf(credential: Credential): Core {
  const part: unknown = { credential, store };
  return part as Core;
}

async function open(credential: Credential): Promise<string[]> {
  const may = await Promise.all(
    routes.map(async (route) => {
      const refused = await authorize(coreOf(credential), route, ids).then(
        () => null,
        (error: unknown) => error,
      );
      if (refused !== null) expect(refused).toMatchObject({ status: 403, type: 'permission_error' });
      return refused === null ? `${route.method} ${route.path}` : null;
    }),
  );
  return may.filter((name) => name !== null).sort();
}

const work = '/environments/:environment_id/work';
const own = [
  `POST ${work}/:work_id/heartbeat`,
  `POST ${work}/:work_id/stop`,
  'GET /sessions/:session_id',
  'GET /sessions/:session_id/events',
  'GET /sessions/:session_id/events/stream',
  'GET /sessions/:session_id/stream',
  'POST /sessions/:session_id/events',
  'GET /skills/:skill_id/versions/:version',
  'GET /skills/:skill_id/versions/:version/content',
];
const memories = '/memory_stores/:memory_store_id/memories';

test('the key of an environment opens its queue and what its sessions need', async () => {
  const queue = [`GET ${work}`, `GET ${work}/poll`, `GET ${work}/stats`, `POST ${work}/:work_id/ack`];
  expect(await open(key)).toEqual([...own, ...queue].sort());
});

test('the token of an item opens its session with its memories, and hardly anything once it is lost or over', async () => {
  const memory = ['GET', 'POST', 'DELETE'].map((method) => `${method} ${memories}/:memory_id`);
  const stores = ['GET /memory_stores/:memory_store_id', `GET ${memories}`, `POST ${memories}`, ...memory];
  expect(await open(token('held'))).toEqual([...own, ...stores].sort());
  const afterwards = [`POST ${work}/:work_id/heartbeat`, `POST ${work}/:work_id/stop`];
  expect(await open(token('lost'))).toEqual(afterwards);
  expect(await open(token('over'))).toEqual(afterwards);
});

test('a key of a workspace does what its scope says, and no step of a worker', async () => {
  const all = routes.map(({ method, path }) => `${method} ${path}`);
  const steps = [`GET ${work}/poll`, `POST ${work}/:work_id/ack`, `POST ${work}/:work_id/heartbeat`];
  const rest = all.filter((name) => !steps.includes(name)).sort();
  expect(await open(apiKey('admin', true))).toEqual(rest);
  expect(await open(apiKey('admin'))).toEqual(rest.filter((name) => !name.includes(' /admin/workspaces')));
  const write = rest.filter((name) => !name.includes(' /admin/'));
  expect(await open(apiKey('write'))).toEqual(write);
  expect(await open(apiKey('read'))).toEqual(write.filter((name) => name.startsWith('GET ')));
});
