import { type Core, changedDoc, isoTime, untilFresh } from '../../core.ts';
import type { EnvironmentKeyBody } from './body.ts';
import { findEnvironmentKey, type KeyPlace, keyWire } from './find.ts';

/** For good and at once; items its workers hold go back to the queue when their leases end. */
export async function revokeEnvironmentKey(core: Core, place: KeyPlace): Promise<object> {
  return await untilFresh(async () => {
    const row = await findEnvironmentKey(core, place);
    if (row.body.revoked_at !== null) return { done: keyWire(row.body) };
    const key: EnvironmentKeyBody = {
      ...row.body,
      revoked_at: isoTime(core.clock.now()),
      hidden: { secrets: [] },
    };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, key, true), expect: row.revision }] });
    return committed.ok ? { done: keyWire(key) } : 'stale';
  });
}
