/**
 * Which workers have asked for work lately, as all servers of a store know it. A worker that asks every few seconds is
 * written down once in a while.
 */
import { createHash } from 'node:crypto';
import type { DocRow } from '../../../ports/store.ts';
import { type Core, newDoc } from '../../core.ts';

const LATELY_MS = 30_000;
const WRITE_EVERY_MS = 10_000;
/** Names are the callers' own. */
const MOST = 10_000;

interface PollingWorkerBody {
  /** Milliseconds since 1970. */
  at: number;
}

export async function notePoll(core: Core, environment: string, worker: string): Promise<void> {
  const now = core.clock.now();
  const id = createHash('sha256')
    .update(JSON.stringify([environment, worker]))
    .digest('base64url');
  if (now - (core.workersSeen.get(id) ?? 0) < WRITE_EVERY_MS) return;
  core.workersSeen.delete(id);
  core.workersSeen.set(id, now);
  for (const [oldest, at] of core.workersSeen) {
    if (now - at < WRITE_EVERY_MS && core.workersSeen.size <= MOST) break;
    core.workersSeen.delete(oldest);
  }
  const body: PollingWorkerBody = { at: now };
  const doc = newDoc(core, 'polling_worker', id, body, { parent: environment, createdAt: now });
  await core.store.commit({ puts: [{ doc }] });
}

/** How many asked in the last thirty seconds. */
export async function countPolling(core: Core, environment: string): Promise<number> {
  const rows = await written(core, environment);
  return rows.filter((row) => isLately(core, row)).length;
}

export async function forgetWorkers(core: Core): Promise<void> {
  const old = (await written(core, null)).filter((row) => !isLately(core, row));
  if (old.length > 0) await core.store.commit({ removes: old.map(({ kind, id }) => ({ kind, id })) });
}

function isLately(core: Core, row: DocRow<PollingWorkerBody>): boolean {
  return core.clock.now() - row.body.at <= LATELY_MS;
}

function written(core: Core, environment: string | null): Promise<DocRow<PollingWorkerBody>[]> {
  return core.store.list<PollingWorkerBody>({
    kind: 'polling_worker',
    workspace: core.workspace,
    ...(environment === null ? {} : { parent: environment }),
    order: 'asc',
    limit: MOST,
    includeArchived: true,
  });
}
