import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EnvironmentBody } from '../../../documents.ts';
import type { OpenWorkBody, WorkBody } from '../../../work.ts';
import { type Core, find } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { mintSecret } from '../../keys/secret.ts';
import { readQuery } from '../../query.ts';
import { readWith } from '../../route.ts';
import { writeWork } from './change.ts';
import { type WorkRow, workWire } from './find.ts';
import { mayOffer, offered, settled } from './lease.ts';
import { workPollQuery } from './schema.ts';
import { notePoll } from './workers.ts';

const RECLAIM_AFTER_MS = 5000;
/** Work may be queued by another server: while a poll waits, the queue is looked at this often. Milliseconds. */
const LOOK_EVERY_MS = 200;
const STEP = 100;

/** The oldest item that waits, or `null`. It is leased to whoever acknowledges it before it is offered again. */
export async function pollWork(
  core: Core,
  { environment_id }: { environment_id: string },
  request: FastifyRequest,
  _: FastifyReply,
): Promise<object | string> {
  const query = readWith(workPollQuery, readQuery(request.url));
  const environment = await find<EnvironmentBody>(core, 'environment', environment_id);
  if (environment.body.config.type !== 'self_hosted') {
    throw invalid(`environment ${environment_id} is not self-hosted; it has no work to hand out`);
  }
  const worker = request.headers['anthropic-worker-id'];
  if (typeof worker === 'string' && worker !== '') await notePoll(core, environment_id, worker);
  for (let left = query.block_ms ?? 0; ; left -= LOOK_EVERY_MS) {
    const item = await offerNext(core, environment_id, query.reclaim_older_than_ms ?? RECLAIM_AFTER_MS);
    if (item !== null) return item;
    if (left <= 0 || request.raw.destroyed) return 'null';
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, LOOK_EVERY_MS)));
    // Nobody is there to take what would be offered.
    if (request.raw.destroyed) return 'null';
  }
}

/** Pollers of one server take turns, so that each gets another item; those of several find it stale and look on. */
async function offerNext(core: Core, environment: string, reclaimAfterMs: number): Promise<object | null> {
  return await core.serial.run(`work of ${environment}`, async () => {
    for await (const row of waitingWork(core, environment)) {
      const now = core.clock.now();
      const work = settled(row.body, now);
      if (!mayOffer(work, now, reclaimAfterMs)) continue;
      const { text, digest } = mintSecret('vt', row.id);
      const next = offered(work, now, digest);
      if (await writeWork(core, row, next)) return workWire(core, next, packed(text));
    }
    return null;
  });
}

/** The items of an environment that no worker has, oldest first; those that were offered too. */
export async function* waitingWork(core: Core, environment: string): AsyncIterable<WorkRow> {
  for (let after: number | undefined; ; ) {
    const open = await core.store.list<OpenWorkBody>({
      kind: 'open_work',
      workspace: core.workspace,
      parent: environment,
      order: 'asc',
      limit: STEP,
      includeArchived: false,
      ...(after === undefined ? {} : { after }),
    });
    yield* await core.store.getMany<WorkBody>(
      'work',
      open.map((row) => row.body.work),
    );
    after = open.at(-1)?.position;
    if (open.length < STEP) return;
  }
}

/** The token as workers expect it: in JSON, as URL-safe base64. */
function packed(sessions_token: string): string {
  return Buffer.from(JSON.stringify({ sessions_token })).toString('base64url');
}
