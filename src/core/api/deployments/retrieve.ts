import type { Core } from '../core.ts';
import { findDeployment } from './find.ts';
import { deploymentWire } from './wire.ts';

export async function retrieveDeployment(core: Core, { deployment_id }: { deployment_id: string }): Promise<object> {
  return deploymentWire(core, (await findDeployment(core, deployment_id)).body);
}
