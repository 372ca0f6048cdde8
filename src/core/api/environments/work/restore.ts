/** What the passing of time does to items of work: those of silent workers go back to the queue or end. */
import type { OpenWorkBody, WorkBody } from '../../../work.ts';
import type { Core } from '../../core.ts';
import { writeWork } from './change.ts';
import { settled } from './lease.ts';
import { forgetWorkers } from './workers.ts';

const STEP = 200;

export async function restoreWork(core: Core): Promise<void> {
  await forgetWorkers(core);
  for (let after: number | undefined; ; ) {
    const open = await core.store.list<OpenWorkBody>({
      kind: 'open_work',
      workspace: core.workspace,
      order: 'asc',
      limit: STEP,
      includeArchived: true,
      ...(after === undefined ? {} : { after }),
    });
    const ids = open.map((row) => row.body.work);
    for (const row of await core.store.getMany<WorkBody>('work', ids)) {
      const next = settled(row.body, core.clock.now());
      // Whoever wrote meanwhile leaves nothing to do, or it is done the next time.
      if (next !== row.body) await writeWork(core, row, next);
    }
    after = open.at(-1)?.position;
    if (open.length < STEP) return;
  }
}
