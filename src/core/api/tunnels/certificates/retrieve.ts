import { type Core, shown } from '../../core.ts';
import { type CertificatePlace, findCertificate } from './find.ts';

export async function retrieveCertificate(core: Core, place: CertificatePlace): Promise<object> {
  return shown((await findCertificate(core, place)).body);
}
