import { type Core, shown } from '../../core.ts';
import { listPage } from '../../page.ts';
import type { TunnelCertificateBody } from '../body.ts';
import { findTunnel, type TunnelPlace } from '../find.ts';
import type { TunnelListQuery } from '../schema.ts';

export async function listCertificates(
  core: Core,
  { query, ...place }: TunnelPlace & { query: TunnelListQuery },
): Promise<object> {
  const tunnel = await findTunnel(core, place);
  const { data, next_page } = await listPage<TunnelCertificateBody>(
    core.store,
    {
      kind: 'certificate',
      workspace: core.workspace,
      parent: tunnel.id,
      order: 'desc',
      limit: query.limit,
      includeArchived: query.include_archived ?? false,
    },
    query.page,
  );
  return { data: data.map((row) => shown(row.body)), next_page };
}
