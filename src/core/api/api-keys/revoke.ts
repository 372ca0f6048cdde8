import { type Core, changedDoc, isoTime, untilFresh } from '../core.ts';
import type { ApiKeyBody } from './body.ts';
import { apiKeyWire, findApiKey } from './find.ts';

/** For good: the next request with it is refused. What was begun with it goes on. */
export async function revokeApiKey(core: Core, { key_id }: { key_id: string }): Promise<object> {
  return await untilFresh(async () => {
    const row = await findApiKey(core, key_id);
    if (row.body.revoked_at !== null) return { done: apiKeyWire(row.body) };
    const key: ApiKeyBody = { ...row.body, revoked_at: isoTime(core.clock.now()), hidden: { secrets: [] } };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, key, true), expect: row.revision }] });
    return committed.ok ? { done: apiKeyWire(key) } : 'stale';
  });
}
