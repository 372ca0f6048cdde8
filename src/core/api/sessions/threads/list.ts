import type { z } from 'zod';
import type { Core } from '../../core.ts';
import { binding, readCursor, writeCursor } from '../../page.ts';
import { findSession } from '../find.ts';
import type { threadListQuery } from '../schema.ts';
import { threadsOf } from './find.ts';
import { otherThread, primaryThread } from './thread.ts';

/** The primary thread first, then the others in the order in which they were made. */
export async function listThreads(
  core: Core,
  { session_id, query }: { session_id: string; query: z.output<typeof threadListQuery> },
): Promise<object> {
  const { body } = await findSession(core, session_id);
  const { statuses, limit } = query;
  const bound = binding('threads', session_id, statuses ?? null);
  const after = readCursor(bound, query.page)?.p ?? -1;
  const now = core.clock.now();
  const others = (await threadsOf(core, session_id)).map((row) => ({
    position: row.position,
    thread: otherThread(body, row.body, now),
  }));
  const wanted = [{ position: 0, thread: primaryThread(body, now) }, ...others]
    .filter(({ thread }) => statuses === undefined || statuses.some((status) => status === thread.status))
    .filter(({ position }) => position > after);
  const page = wanted.slice(0, limit);
  const last = page.at(-1);
  const more = wanted.length > limit && last !== undefined;
  return { data: page.map(({ thread }) => thread), next_page: more ? writeCursor(bound, { p: last.position }) : null };
}
