import type { z } from 'zod';
import type { Core } from '../../../core.ts';
import { listLog } from '../../events/list.ts';
import type { threadEventListQuery } from '../../schema.ts';
import { findThread, type ThreadPlace } from '../find.ts';

/** The thread's own events; those of the primary are those of its session. */
export async function listThreadEvents(
  core: Core,
  { query, ...place }: ThreadPlace & { query: z.output<typeof threadEventListQuery> },
): Promise<Uint8Array> {
  return (await listLog(core, (await findThread(core, place)).log, query)).page;
}
