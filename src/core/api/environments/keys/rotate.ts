import type { z } from 'zod';
import { type Core, changedDoc, isoTime, untilFresh } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { mintSecret, rotated } from '../../keys/secret.ts';
import type { EnvironmentKeyBody } from './body.ts';
import { findEnvironmentKey, type KeyPlace, keyWire } from './find.ts';
import type { keyRotate } from './schema.ts';

/** A new secret under the same id; the one before ends at once, or after the seconds of grace. */
export async function rotateEnvironmentKey(
  core: Core,
  { body, ...place }: KeyPlace & { body: z.output<typeof keyRotate> },
): Promise<object> {
  return await untilFresh(async () => {
    const row = await findEnvironmentKey(core, place);
    if (row.body.revoked_at !== null) throw invalid(`environment key ${row.id} is revoked; make another one`);
    const now = core.clock.now();
    const { text, digest } = mintSecret('ve', row.id);
    const key: EnvironmentKeyBody = {
      ...row.body,
      rotated_at: isoTime(now),
      hidden: { secrets: rotated(row.body.hidden.secrets, digest, now, body.grace_seconds ?? 0) },
    };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, key), expect: row.revision }] });
    return committed.ok ? { done: keyWire(key, text) } : 'stale';
  });
}
