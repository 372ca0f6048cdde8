import type { Core } from '../../core.ts';
import { revokeKey } from '../../keys/change.ts';
import { findEnvironmentKey, type KeyPlace, keyWire } from './find.ts';

/** For good and at once; items its workers hold go back to the queue when their leases end. */
export async function revokeEnvironmentKey(core: Core, place: KeyPlace): Promise<object> {
  return keyWire(await revokeKey(core, () => findEnvironmentKey(core, place)));
}
