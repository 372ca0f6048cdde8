import type { z } from 'zod';
import type { WorkBody } from '../../../work.ts';
import { type Core, find } from '../../core.ts';
import { listPage } from '../../page.ts';
import { workWire } from './find.ts';
import type { workListQuery } from './schema.ts';

/** Newest first, those that have ended too. */
export async function listWork(
  core: Core,
  { environment_id, query }: { environment_id: string; query: z.output<typeof workListQuery> },
): Promise<object> {
  await find(core, 'environment', environment_id);
  const { data, next_page } = await listPage<WorkBody>(
    core.store,
    {
      kind: 'work',
      workspace: core.workspace,
      parent: environment_id,
      order: 'desc',
      limit: query.limit,
      includeArchived: true,
    },
    query.page,
  );
  return { data: data.map((row) => workWire(core, row.body)), next_page };
}
