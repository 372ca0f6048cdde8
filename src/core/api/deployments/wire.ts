import { type Core, isoTime, shown } from '../core.ts';
import type { DeploymentBody } from './body.ts';
import { upcoming } from './schedule.ts';

const SHOWN = 5;

/** A deployment as the wire shows it: the next times of its schedule are told while it is not archived. */
export function deploymentWire(core: Core, body: DeploymentBody): object {
  const { schedule } = body;
  if (schedule === null) return shown(body);
  const times = body.archived_at === null ? upcoming(schedule, core.clock.now(), SHOWN) : [];
  return { ...shown(body), schedule: { ...schedule, upcoming_runs_at: times.map(isoTime) } };
}
