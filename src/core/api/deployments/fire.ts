/** Runs what is due by its schedule. Times that passed while no server ran are left out, not made up for. */

import type { DocRow } from '../../ports/store.ts';
import { type Core, changedDoc, isoTime } from '../core.ts';
import type { DeploymentBody } from './body.ts';
import { launch } from './launch.ts';
import { jitterOf, nextTime } from './schedule.ts';

/** A time later than this by more is missed. */
const LATE_MS = 60_000;

export async function fireDeployments(core: Core): Promise<void> {
  const rows = await core.store.list<DeploymentBody>({
    kind: 'deployment',
    workspace: core.workspace,
    order: 'asc',
    limit: 10 * core.limits.scheduledDeployments,
    includeArchived: false,
    where: { status: 'active' },
  });
  for (const row of rows) await fire(core, row);
}

/** Whoever changed it meanwhile, or another server that fired it, leaves nothing to do here. */
async function fire(core: Core, row: DocRow<DeploymentBody>): Promise<void> {
  const { schedule } = row.body;
  const due = row.body.hidden.next;
  const now = core.clock.now();
  if (schedule === null || due === null || now < due) return;
  const start = due + jitterOf(row.id, schedule, due);
  if (now < start) return;
  const after = (deployment: DeploymentBody): DeploymentBody => ({
    ...deployment,
    hidden: { ...deployment.hidden, next: nextTime(schedule, now) },
  });
  if (now > start + LATE_MS) {
    await core.store.commit({ puts: [{ doc: changedDoc(row, after(row.body)), expect: row.revision }] });
    return;
  }
  await launch(core, row, { type: 'schedule', scheduled_at: isoTime(due) }, (deployment) => ({
    ...after(deployment),
    schedule: { ...schedule, last_run_at: isoTime(now) },
  }));
}
