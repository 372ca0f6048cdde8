import type { Doc, DocRow } from '../../../ports/store.ts';
import { type Core, changedDoc } from '../../core.ts';
import { notFound } from '../../errors.ts';
import type { TunnelCertificateBody } from '../body.ts';
import { findTunnel } from '../find.ts';

export interface CertificatePlace {
  tunnel_id: string;
  certificate_id: string;
}
export type CertificateRow = DocRow<TunnelCertificateBody>;

export async function findCertificate(core: Core, place: CertificatePlace): Promise<CertificateRow> {
  await findTunnel(core, place);
  const row = await core.store.get<TunnelCertificateBody>('certificate', place.certificate_id);
  if (row === null || row.parent !== place.tunnel_id) throw notFound('certificate', place.certificate_id);
  return row;
}

/** At most two. */
export async function activeCertificates(core: Core, tunnel: string): Promise<CertificateRow[]> {
  return await core.store.list<TunnelCertificateBody>({
    kind: 'certificate',
    workspace: core.workspace,
    parent: tunnel,
    order: 'asc',
    limit: 10,
    includeArchived: false,
  });
}

export function archivedPut(row: CertificateRow, now: string): { doc: Omit<Doc, 'revision'>; expect: number } {
  return { doc: changedDoc(row, { ...row.body, archived_at: now }, true), expect: row.revision };
}
