import { type Core, changedDoc, isoTime, untilFresh } from '../core.ts';
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
  return await untilFresh(async () => {
    const row = await findLiveDeployment(core, id);
    if (row.body.status === status) return { done: deploymentWire(core, row.body) };
    const now = core.clock.now();
    const { schedule } = row.body;
    const next: DeploymentBody = {
      ...row.body,
      status,
      paused_reason: reason,
      updated_at: isoTime(now),
      hidden: { ...row.body.hidden, next: schedule === null ? null : nextTime(schedule, now) },
    };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, next), expect: row.revision }] });
    return committed.ok ? { done: deploymentWire(core, next) } : 'stale';
  });
}
