import { type Core, isoTime, shown, untilFresh } from '../../core.ts';
import { archivedPut, type CertificatePlace, findCertificate } from './find.ts';

/** The record stays. A second call changes nothing. */
export async function archiveCertificate(core: Core, place: CertificatePlace): Promise<object> {
  return await untilFresh(async () => {
    const row = await findCertificate(core, place);
    if (row.archived) return { done: shown(row.body) };
    const now = isoTime(core.clock.now());
    const committed = await core.store.commit({ puts: [archivedPut(row, now)] });
    return committed.ok ? { done: shown({ ...row.body, archived_at: now }) } : 'stale';
  });
}
