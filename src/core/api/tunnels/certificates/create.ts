import { mint } from '../../../ids.ts';
import { type Core, isoTime, lock, newDoc, shown, untilFresh } from '../../core.ts';
import { invalid } from '../../errors.ts';
import type { TunnelCertificateBody } from '../body.ts';
import { findOpenTunnel, type TunnelPlace } from '../find.ts';
import type { CertificateCreate } from '../schema.ts';
import { activeCertificates } from './find.ts';
import { readCertificate } from './read-pem.ts';

const MOST = 2;

export async function createCertificate(
  core: Core,
  { body, ...place }: TunnelPlace & { body: CertificateCreate },
): Promise<object> {
  const { pem, ...read } = readCertificate(body.ca_certificate_pem);
  return await core.serial.run(place.tunnel_id, () =>
    untilFresh(async () => {
      const tunnel = await findOpenTunnel(core, place);
      const active = await activeCertificates(core, tunnel.id);
      if (active.length >= MOST) throw invalid(`tunnel ${tunnel.id} has ${MOST} certificates; archive one first`);
      const now = core.clock.now();
      const certificate: TunnelCertificateBody = {
        id: mint('tcrt', now),
        type: 'tunnel_certificate',
        tunnel_id: tunnel.body.id,
        ...read,
        created_at: isoTime(now),
        archived_at: null,
        hidden: { pem },
      };
      const under = { parent: tunnel.id, createdAt: now };
      const doc = newDoc(core, 'certificate', certificate.id, certificate, under);
      const committed = await core.store.commit({ puts: [lock(tunnel), { doc, expect: 0 }] });
      return committed.ok ? { done: shown(certificate) } : 'stale';
    }),
  );
}
