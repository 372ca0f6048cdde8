/** What keeps a deployment from making a session now, in the words of the wire. */
import type { AgentBody, EnvironmentBody, FileBody, VaultBody } from '../../documents.ts';
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
    thingObstacle(core, deployment)
  );
}

async function agentObstacle(core: Core, { agent }: DeploymentBody): Promise<Obstacle | null> {
  const row = await core.store.get<AgentBody>('agent', agent.id);
  if (row !== null && !row.archived) return null;
  return { type: 'agent_archived_error', message: `agent ${agent.id} is archived` };
}

async function placeObstacle(core: Core, { environment_id }: DeploymentBody): Promise<Obstacle | null> {
  const row = await core.store.get<EnvironmentBody>('environment', environment_id);
  if (row === null) return { type: 'environment_not_found_error', message: `no environment ${environment_id}` };
  if (row.archived) return { type: 'environment_archived_error', message: `environment ${environment_id} is archived` };
  return null;
}

async function thingObstacle(core: Core, { vault_ids, resources }: DeploymentBody): Promise<Obstacle | null> {
  const vaults = new Map((await core.store.getMany<VaultBody>('vault', vault_ids)).map((row) => [row.id, row]));
  for (const id of vault_ids) {
    const vault = vaults.get(id);
    if (vault === undefined) return { type: 'vault_not_found_error', message: `no vault ${id}` };
    if (vault.archived) return { type: 'vault_archived_error', message: `vault ${id} is archived` };
  }
  const wanted = resources.map((resource) => resource.file_id);
  const files = new Map((await core.store.getMany<FileBody>('file', wanted)).map((row) => [row.id, row.body]));
  const missing = wanted.find((id) => {
    const file = files.get(id);
    return file === undefined || isExpired(file, core.clock.now());
  });
  return missing === undefined ? null : { type: 'file_not_found_error', message: `no file ${missing}` };
}

/** What making the session was refused for. Faults of the server itself are thrown on: they are no answer. */
export function obstacleOf(error: unknown): Obstacle {
  if (!(error instanceof ApiError) || error.status >= 500) throw error;
  const skill = /^skill/.test(error.message);
  const type = error.status === 429 ? 'session_rate_limited_error' : 'session_creation_rejected_error';
  return { type: skill ? 'skill_not_found_error' : type, message: error.message };
}
