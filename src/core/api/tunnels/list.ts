import { type Core, shown } from '../core.ts';
import { listPage } from '../page.ts';
import type { TunnelBody } from './body.ts';
import type { TunnelListQuery } from './schema.ts';

export async function listTunnels(core: Core, { query }: { query: TunnelListQuery }): Promise<object> {
  const { data, next_page } = await listPage<TunnelBody>(
    core.store,
    {
      kind: 'tunnel',
      workspace: core.workspace,
      order: 'desc',
      limit: query.limit,
      includeArchived: query.include_archived ?? false,
    },
    query.page,
  );
  return { data: data.map((row) => shown(row.body)), next_page };
}
