import type { Core } from '../core.ts';
import { revokeKey } from '../keys/change.ts';
import { apiKeyWire, findApiKey } from './find.ts';

/** For good: the next request with it is refused. What was begun with it goes on. */
export async function revokeApiKey(core: Core, { key_id }: { key_id: string }): Promise<object> {
  return apiKeyWire(await revokeKey(core, () => findApiKey(core, key_id)));
}
