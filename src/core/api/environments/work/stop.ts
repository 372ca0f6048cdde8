import type { Core } from '../../core.ts';
import { conflict } from '../../errors.ts';
import { changeWork } from './change.ts';
import { type WorkPlace, workWire } from './find.ts';
import { stopped } from './lease.ts';

/** Once stopped an item stays so, and stopping it again changes nothing. */
export async function stopWork(
  core: Core,
  place: WorkPlace & { body: { force?: boolean | null | undefined } },
): Promise<object> {
  const { credential } = core;
  const by = { worker: credential.kind !== 'api_key', force: place.body.force === true };
  const work = await changeWork(core, place, (item, now) => {
    if (credential.kind === 'work_token' && credential.lease === 'lost') {
      throw conflict(`work ${item.id} went back to the queue and is not yours to stop`);
    }
    return stopped(item, now, by);
  });
  return workWire(core, work);
}
