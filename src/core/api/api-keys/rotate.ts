import type { z } from 'zod';
import { type Core, changedDoc, isoTime, untilFresh } from '../core.ts';
import type { keyRotate } from '../environments/keys/schema.ts';
import { invalid } from '../errors.ts';
import { mintSecret, rotated } from '../keys/secret.ts';
import type { ApiKeyBody } from './body.ts';
import { apiKeyWire, findApiKey } from './find.ts';

/** A new secret under the same id; the one before ends at once, or after the seconds of grace. */
export async function rotateApiKey(
  core: Core,
  { key_id, body }: { key_id: string; body: z.output<typeof keyRotate> },
): Promise<object> {
  return await untilFresh(async () => {
    const row = await findApiKey(core, key_id);
    if (row.body.revoked_at !== null) throw invalid(`api key ${row.id} is revoked; make another one`);
    const now = core.clock.now();
    const { text, digest } = mintSecret('vk', row.id);
    const key: ApiKeyBody = {
      ...row.body,
      rotated_at: isoTime(now),
      hidden: { secrets: rotated(row.body.hidden.secrets, digest, now, body.grace_seconds ?? 0) },
    };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, key), expect: row.revision }] });
    return committed.ok ? { done: apiKeyWire(key, text) } : 'stale';
  });
}
