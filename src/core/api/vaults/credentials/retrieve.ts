import { type Core, shown } from '../../core.ts';
import { type CredentialPlace, findCredential } from './find.ts';

export async function retrieveCredential(core: Core, place: CredentialPlace): Promise<object> {
  return shown((await findCredential(core, place)).body);
}
