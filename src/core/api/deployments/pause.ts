import type { DocRow } from '../../ports/store.ts';
import { changeDocument } from '../change-document.ts';
import { type Core, isoTime } from '../core.ts';
import type { DeploymentBody } from './body.ts';
import { findLiveDeployment } from './find.ts';
import { nextTime } from './schedule.ts';
import { deploymentWire } from './wire.ts';

/** The schedule does not fire while it is paused; runs by hand still go. */
export async function pauseDeployment(core: Core, { deployment_id }: { deployment_id: string }): Promise<object> {
  return await change(core, deployment_id, 'paused', { type: 'manual' });
}

/** Goes on with the next time of the schedule: what was missed is not made up for. */
export async function unpauseDeployment(core: Core, { deployment_id }: { deployment_id: string }): Promise<object> {
  return await change(core, deployment_id, 'active', null);
}

async function change(
  core: Core,
  id: string,
  status: DeploymentBody['status'],
  reason: DeploymentBody['paused_reason'],
): Promise<object> {
  const changed = ({ body }: DocRow<DeploymentBody>): DeploymentBody => {
    if (body.status === status) return body;
    const now = core.clock.now();
    const next = body.schedule === null ? null : nextTime(body.schedule, now);
    return { ...body, status, paused_reason: reason, updated_at: isoTime(now), hidden: { ...body.hidden, next } };
  };
  return deploymentWire(core, await changeDocument(core, () => findLiveDeployment(core, id), changed));
}
