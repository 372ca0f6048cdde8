import type { z } from 'zod';
import type { Core } from '../../../core.ts';
import { listEvents } from '../../events/list.ts';
import type { threadEventListQuery } from '../../schema.ts';
import { retrieveThread } from '../retrieve.ts';

/** The primary thread's events are those of its session. */
export async function listThreadEvents(
  core: Core,
  { query, ...place }: { session_id: string; thread_id: string; query: z.output<typeof threadEventListQuery> },
): Promise<string> {
  await retrieveThread(core, place);
  return await listEvents(core, { session_id: place.session_id, query });
}
