import type { z } from 'zod';
import type { SessionResourceBody } from '../../../resources.ts';
import { type Core, shown } from '../../core.ts';
import { listPage } from '../../page.ts';
import { findSession } from '../find.ts';
import type { resourceListQuery } from '../schema.ts';

/** In the order they were attached; all of them unless `limit` says otherwise. */
export async function listSessionResources(
  core: Core,
  { session_id, query }: { session_id: string; query: z.output<typeof resourceListQuery> },
): Promise<object> {
  await findSession(core, session_id);
  const { data, next_page } = await listPage<SessionResourceBody>(
    core.store,
    {
      kind: 'session_resource',
      workspace: core.workspace,
      parent: session_id,
      order: 'asc',
      limit: query.limit,
      includeArchived: true,
    },
    query.page,
  );
  return { data: data.map((row) => shown(row.body)), next_page };
}
