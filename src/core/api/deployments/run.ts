import { type Core, shown, untilFresh } from '../core.ts';
import { findLiveDeployment } from './find.ts';
import { launch } from './launch.ts';

/** Now and by hand, also while the schedule is paused. A run that got no session says why. */
export async function runDeployment(core: Core, { deployment_id }: { deployment_id: string }): Promise<object> {
  return await untilFresh(async () => {
    const row = await findLiveDeployment(core, deployment_id);
    const run = await launch(core, row, { type: 'manual' }, (deployment) => deployment);
    return run === null ? 'stale' : { done: shown(run) };
  });
}
