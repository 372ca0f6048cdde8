/**
 * What a credential may do. The holder of an API key may do what its scope says, but not a worker's own steps; workers
 * may do what stands here, in their environment and with their session, and nothing else.
 */
import type { SessionBody } from '../documents.ts';
import type { Core } from './core.ts';
import type { Credential } from './credential.ts';
import { forbidden, notFound } from './errors.ts';
import type { Route } from './route.ts';

type Worker = Exclude<Credential, { kind: 'api_key' }>;
type Ids = Readonly<Record<string, string>>;
type Place = Pick<Route, 'method' | 'path'>;

interface Rule {
  environment_key?: true;
  work_token?: true;
  /** Steps of a worker that the holder of an API key has no business with. */
  workers_only?: true;
  /** Also once the item was lost or has stopped: that is how a worker hears of it. */
  afterwards?: true;
  /** What the path must name. */
  names: 'environment' | 'work' | 'session' | 'skill' | 'memory_store';
}

const work = '/environments/:environment_id/work';
const session = '/sessions/:session_id';
const skillVersion = '/skills/:skill_id/versions/:version';
const memories = '/memory_stores/:memory_store_id/memories';
const both = { environment_key: true, work_token: true } as const;

const rules: Readonly<Record<string, Rule>> = {
  [`GET ${work}/poll`]: { environment_key: true, workers_only: true, names: 'environment' },
  [`POST ${work}/:work_id/ack`]: { environment_key: true, workers_only: true, names: 'work' },
  [`POST ${work}/:work_id/heartbeat`]: { ...both, workers_only: true, afterwards: true, names: 'work' },
  [`POST ${work}/:work_id/stop`]: { ...both, afterwards: true, names: 'work' },
  [`GET ${work}`]: { environment_key: true, names: 'environment' },
  [`GET ${work}/stats`]: { environment_key: true, names: 'environment' },
  [`GET ${session}`]: { ...both, names: 'session' },
  [`GET ${session}/events`]: { ...both, names: 'session' },
  [`POST ${session}/events`]: { ...both, names: 'session' },
  [`GET ${session}/events/stream`]: { ...both, names: 'session' },
  [`GET ${session}/stream`]: { ...both, names: 'session' },
  [`GET ${skillVersion}`]: { ...both, names: 'skill' },
  [`GET ${skillVersion}/content`]: { ...both, names: 'skill' },
  'GET /memory_stores/:memory_store_id': { work_token: true, names: 'memory_store' },
  [`GET ${memories}`]: { work_token: true, names: 'memory_store' },
  [`POST ${memories}`]: { work_token: true, names: 'memory_store' },
  [`GET ${memories}/:memory_id`]: { work_token: true, names: 'memory_store' },
  [`POST ${memories}/:memory_id`]: { work_token: true, names: 'memory_store' },
  [`DELETE ${memories}/:memory_id`]: { work_token: true, names: 'memory_store' },
};

/** Throws 403 for what the caller may not do. */
export async function authorize(core: Core, route: Place, ids: Ids): Promise<void> {
  const { credential } = core;
  const key = `${route.method} ${route.path}`;
  const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
  if (credential.kind === 'api_key') {
    if (rule?.workers_only === true) throw forbidden('this is for workers; send the key of the environment');
    return checkScope(credential, route);
  }
  if (rule?.[credential.kind] !== true) throw forbidden('this credential is for the work queue; send an API key');
  if (credential.kind === 'work_token' && credential.lease !== 'held' && rule.afterwards !== true) {
    throw forbidden('the item of work this token came with is no longer yours');
  }
  await checkNamed(core, credential, rule, ids, route.method !== 'GET');
}

function checkScope({ scope, root }: Extract<Credential, { kind: 'api_key' }>, { method, path }: Place): void {
  if (scope === 'read' && method !== 'GET') throw forbidden('this key may read; to change something, send another');
  if (scope !== 'admin' && path.startsWith('/admin/')) throw forbidden('this needs a key of scope admin');
  if (!root && path.startsWith('/admin/workspaces')) throw forbidden("this needs the server's own key");
}

async function checkNamed(core: Core, caller: Worker, rule: Rule, ids: Ids, writes: boolean): Promise<void> {
  switch (rule.names) {
    case 'environment':
    case 'work':
      return checkWork(caller, ids);
    case 'session':
      return await checkSession(core, caller, ids.session_id ?? '');
    case 'skill':
      return await checkSkill(core, caller, ids.skill_id ?? '');
    case 'memory_store':
      return await checkMemoryStore(core, caller, ids.memory_store_id ?? '', writes);
  }
}

function checkWork(caller: Worker, ids: Ids): void {
  if (ids.environment_id !== caller.environment) throw forbidden('this credential is for another environment');
  if (ids.work_id === undefined || caller.kind === 'environment_key') return;
  if (ids.work_id !== caller.work) throw forbidden('this token is for another item of work');
}

async function checkSession(core: Core, caller: Worker, id: string): Promise<void> {
  if (caller.kind === 'work_token') {
    if (id !== caller.session) throw forbidden('this token is for another session');
    return;
  }
  const row = await core.store.get<SessionBody>('session', id);
  if (row === null || row.workspace !== caller.workspace) throw notFound('session', id);
  if (row.body.environment_id !== caller.environment) throw forbidden('this key is for another environment');
}

/** An environment's key reads the skills of its workspace; it knows no session they would have to belong to. */
async function checkSkill(core: Core, caller: Worker, id: string): Promise<void> {
  if (caller.kind === 'environment_key') return;
  const row = await core.store.get<SessionBody>('session', caller.session);
  const own = row?.body.agent.skills.some((skill) => skill.skill_id === id) === true;
  if (!own) throw forbidden('this token is for the skills of its session');
}

/** Stores that the session brings along; one that was attached for reading is not written. */
async function checkMemoryStore(core: Core, caller: Worker, id: string, writes: boolean): Promise<void> {
  if (caller.kind === 'environment_key') return;
  const [attached] = await core.store.list<{ access?: string }>({
    kind: 'session_resource',
    workspace: caller.workspace,
    parent: caller.session,
    order: 'asc',
    limit: 1,
    includeArchived: true,
    where: { type: 'memory_store', memory_store_id: id },
  });
  if (attached === undefined) throw forbidden('this token is for the memory stores of its session');
  if (writes && attached.body.access === 'read_only') throw forbidden('the store is attached to the session read-only');
}
