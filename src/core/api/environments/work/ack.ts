import type { Core } from '../../core.ts';
import { conflict } from '../../errors.ts';
import { changeWork } from './change.ts';
import { type WorkPlace, workWire } from './find.ts';
import { acknowledged } from './lease.ts';

/** Takes an item off the queue. Refused when another worker was faster. */
export async function ackWork(core: Core, place: WorkPlace): Promise<object> {
  const work = await changeWork(core, place, (item, now) => {
    if (item.state !== 'queued') throw conflict(`work ${item.id} is ${item.state}; poll for another item`);
    return acknowledged(item, now, core.limits.workLeaseSeconds);
  });
  return workWire(core, work);
}
