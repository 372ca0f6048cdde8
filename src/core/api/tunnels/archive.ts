import { type Core, changedDoc, isoTime, shown, untilFresh } from '../core.ts';
import type { TunnelBody } from './body.ts';
import { activeCertificates, archivedPut } from './certificates/find.ts';
import { findTunnel, type TunnelPlace } from './find.ts';

/** For good: its certificates are archived with it and its token is gone. A second call changes nothing. */
export async function archiveTunnel(core: Core, place: TunnelPlace): Promise<object> {
  return await core.serial.run(place.tunnel_id, () =>
    untilFresh(async () => {
      const row = await findTunnel(core, place);
      if (row.archived) return { done: shown(row.body) };
      const now = isoTime(core.clock.now());
      const body: TunnelBody = { ...row.body, archived_at: now, hidden: { ...row.body.hidden, token: null } };
      const certificates = await activeCertificates(core, row.id);
      const committed = await core.store.commit({
        puts: [
          { doc: changedDoc(row, body, true), expect: row.revision },
          ...certificates.map((certificate) => archivedPut(certificate, now)),
        ],
      });
      return committed.ok ? { done: shown(body) } : 'stale';
    }),
  );
}
