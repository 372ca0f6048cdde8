import { type Core, shown } from '../../core.ts';
import { listDocuments } from '../../list-documents.ts';
import type { TunnelCertificateBody } from '../body.ts';
import { findTunnel, type TunnelPlace } from '../find.ts';
import type { TunnelListQuery } from '../schema.ts';

export async function listCertificates(
  core: Core,
  { query, ...place }: TunnelPlace & { query: TunnelListQuery },
): Promise<object> {
  const tunnel = await findTunnel(core, place);
  return await listDocuments<TunnelCertificateBody>(core, query, { kind: 'certificate', parent: tunnel.id }, shown);
}
