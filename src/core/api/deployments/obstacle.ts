/** What keeps a deployment from making a session now, in the words of the wire. */
import type { AgentBody, EnvironmentBody, FileBody, MemoryStoreBody, VaultBody } from '../../documents.ts';
import { SecretUnreadable } from '../../ports/secrets.ts';
import type { Core } from '../core.ts';
import { ApiError } from '../errors.ts';
import { isExpired } from '../files/expire.ts';
import type { DeploymentBody, DeploymentRunError } from './body.ts';

export interface Obstacle {
  type: DeploymentRunError;
  message: string;
}

/** Looked for before a session is made; null when everything it names is there. */
export async function findObstacle(core: Core, deployment: DeploymentBody): Promise<Obstacle | null> {
  return (
    (await agentObstacle(core, deployment)) ??
    (await placeObstacle(core, deployment)) ??
    (await vaultObstacle(core, deployment)) ??
    (await fileObstacle(core, deployment)) ??
    memoryObstacle(core, deployment)
  );
}

async function agentObstacle(core: Core, { agent }: DeploymentBody): Promise<Obstacle | null> {
  const row = await core.store.get<AgentBody>('agent', agent.id);
  if (row !== null && !row.archived) return null;
  return { type: 'agent_archived_error', message: `agent ${agent.id} is archived` };
}

async function placeObstacle(core: Core, { environment_id, resources }: DeploymentBody): Promise<Obstacle | null> {
  const row = await core.store.get<EnvironmentBody>('environment', environment_id);
  if (row === null) return { type: 'environment_not_found_error', message: `no environment ${environment_id}` };
  if (row.archived) return { type: 'environment_archived_error', message: `environment ${environment_id} is archived` };
  const unfit =
    row.body.config.type === 'self_hosted' ? resources.find(({ type }) => type !== 'memory_store') : undefined;
  if (unfit === undefined) return null;
  return {
    type: 'self_hosted_resources_unsupported_error',
    message: `environment ${environment_id} is self-hosted: resources of type ${unfit.type} are not supported there`,
  };
}

async function vaultObstacle(core: Core, { vault_ids }: DeploymentBody): Promise<Obstacle | null> {
  const vaults = new Map((await core.store.getMany<VaultBody>('vault', vault_ids)).map((row) => [row.id, row]));
  for (const id of vault_ids) {
    const vault = vaults.get(id);
    if (vault === undefined) return { type: 'vault_not_found_error', message: `no vault ${id}` };
    if (vault.archived) return { type: 'vault_archived_error', message: `vault ${id} is archived` };
  }
  return null;
}

async function fileObstacle(core: Core, { resources }: DeploymentBody): Promise<Obstacle | null> {
  const wanted = resources.flatMap((resource) => (resource.type === 'file' ? [resource.file_id] : []));
  const files = new Map((await core.store.getMany<FileBody>('file', wanted)).map((row) => [row.id, row.body]));
  const missing = wanted.find((id) => {
    const file = files.get(id);
    return file === undefined || isExpired(file, core.clock.now());
  });
  return missing === undefined ? null : { type: 'file_not_found_error', message: `no file ${missing}` };
}

async function memoryObstacle(core: Core, { resources }: DeploymentBody): Promise<Obstacle | null> {
  const wanted = resources.flatMap((resource) => (resource.type === 'memory_store' ? [resource.memory_store_id] : []));
  const rows = await core.store.getMany<MemoryStoreBody>('memory_store', wanted);
  const stores = new Map(rows.map((row) => [row.id, row]));
  for (const id of wanted) {
    const store = stores.get(id);
    if (store === undefined) return { type: 'session_resource_not_found_error', message: `no memory store ${id}` };
    if (store.archived) return { type: 'memory_store_archived_error', message: `memory store ${id} is archived` };
  }
  return null;
}

/** What making the session was refused for. Faults of the server itself are thrown on: they are no answer. */
export function obstacleOf(error: unknown): Obstacle {
  if (error instanceof SecretUnreadable) return { type: 'unknown_error', message: `resources: ${error.message}` };
  if (!(error instanceof ApiError) || error.status >= 500) throw error;
  const skill = /^skill/.test(error.message);
  const type = error.status === 429 ? 'session_rate_limited_error' : 'session_creation_rejected_error';
  return { type: skill ? 'skill_not_found_error' : type, message: error.message };
}
