import { type Core, changedDoc, isoTime, shown, untilFresh } from '../core.ts';
import type { SigningKey } from '../webhooks/body.ts';
import { newKey } from '../webhooks/keys.ts';
import { type EndpointPlace, findEndpoint } from './find.ts';
import type { WebhookSecretRotate } from './schema.ts';

const DAY_SECONDS = 86_400;

/** A new secret, shown once. The one before it signs beside it for a day, or as long as was asked. */
export async function rotateWebhookSecret(
  core: Core,
  { body, ...place }: EndpointPlace & { body: WebhookSecretRotate },
): Promise<object> {
  return await untilFresh(async () => {
    const row = await findEndpoint(core, place);
    const now = core.clock.now();
    const [current, ...older] = row.body.hidden.keys;
    const { secret, key } = await newKey(core, row.body, current.version + 1);
    const until = now + (body.grace_seconds ?? DAY_SECONDS) * 1000;
    const keys: [SigningKey, ...SigningKey[]] = [key, ...stillSigning([{ ...current, until }, ...older], now)];
    const next = { ...row.body, updated_at: isoTime(now), hidden: { ...row.body.hidden, keys } };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, next), expect: row.revision }] });
    return committed.ok ? { done: { ...shown(next), signing_secret: secret } } : 'stale';
  });
}

const MOST_OLDER = 3;

function stillSigning(keys: readonly SigningKey[], now: number): SigningKey[] {
  return keys.filter(({ until }) => until !== null && until > now).slice(0, MOST_OLDER);
}
