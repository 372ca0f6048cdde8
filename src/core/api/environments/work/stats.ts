import { type Core, find, isoTime } from '../../core.ts';
import { settled } from './lease.ts';
import { waitingWork } from './poll.ts';
import { countPolling } from './workers.ts';

/** Waiting, offered and not acknowledged, since when, and how many workers ask. */
export async function workStats(core: Core, { environment_id }: { environment_id: string }): Promise<object> {
  await find(core, 'environment', environment_id);
  const now = core.clock.now();
  let depth = 0;
  let pending = 0;
  let oldest: number | null = null;
  for await (const row of waitingWork(core, environment_id)) {
    const work = settled(row.body, now);
    if (work.state !== 'queued') continue;
    if (work.hidden.offered_at === null) depth += 1;
    else pending += 1;
    oldest = Math.min(oldest ?? work.hidden.queued_at, work.hidden.queued_at);
  }
  return {
    type: 'work_queue_stats',
    depth,
    pending,
    oldest_queued_at: oldest === null ? null : isoTime(oldest),
    workers_polling: await countPolling(core, environment_id),
  };
}
