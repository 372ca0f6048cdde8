import { type Core, shown } from '../core.ts';
import { listPage } from '../page.ts';
import { timeRange } from '../query.ts';
import type { DreamBody } from './body.ts';
import type { DreamListQuery } from './schema.ts';

export async function listDreams(core: Core, { query }: { query: DreamListQuery }): Promise<object> {
  const createdAt = timeRange(query);
  const { data, next_page } = await listPage<DreamBody>(
    core.store,
    {
      kind: 'dream',
      workspace: core.workspace,
      order: 'desc',
      limit: query.limit,
      includeArchived: query.include_archived ?? false,
      ...(query.statuses === undefined ? {} : { where: { status: query.statuses } }),
      ...(createdAt === null ? {} : { createdAt }),
    },
    query.page,
  );
  return { data: data.map((row) => shown(row.body)), next_page };
}
