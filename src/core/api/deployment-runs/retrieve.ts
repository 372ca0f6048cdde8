import { type Core, find, shown } from '../core.ts';
import type { DeploymentRunBody } from '../deployments/body.ts';

export async function retrieveDeploymentRun(
  core: Core,
  { deployment_run_id }: { deployment_run_id: string },
): Promise<object> {
  return shown((await find<DeploymentRunBody>(core, 'deployment_run', deployment_run_id)).body);
}
