import type { z } from 'zod';
import type { Core } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { findSession } from '../find.ts';
import type { threadListQuery } from '../schema.ts';
import { primaryThread } from './thread.ts';

export async function listThreads(
  core: Core,
  { session_id, query }: { session_id: string; query: z.output<typeof threadListQuery> },
): Promise<object> {
  const { body } = await findSession(core, session_id);
  // One thread is one page, so no cursor was ever given out.
  if (query.page !== undefined) throw invalid('page: not a cursor of this server');
  const listed = query.statuses === undefined || query.statuses.includes(body.status);
  return { data: listed ? [primaryThread(body, core.clock.now())] : [], next_page: null };
}
