import type { DocRow } from '../../ports/store.ts';
import { type Core, find } from '../core.ts';
import { invalid } from '../errors.ts';
import type { DeploymentBody } from './body.ts';

export async function findDeployment(core: Core, id: string): Promise<DocRow<DeploymentBody>> {
  return await find<DeploymentBody>(core, 'deployment', id);
}

/** The deployment, unless it is archived. */
export async function findLiveDeployment(core: Core, id: string): Promise<DocRow<DeploymentBody>> {
  const row = await findDeployment(core, id);
  if (row.archived) throw invalid(`deployment ${id} is archived`);
  return row;
}
