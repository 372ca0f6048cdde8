/** Signatures as Standard Webhooks has them: HMAC-SHA256 over id, time and the bytes of the body. Pure. */
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** 32 random bytes. */
export function newSigningSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

/** One signature per secret, apart by a blank: a receiver that knows one of them takes the delivery. */
export function signatures(
  secrets: readonly string[],
  { id, seconds, body }: { id: string; seconds: number; body: string },
): string {
  return secrets.map((secret) => `v1,${signature(secret, `${id}.${seconds}.${body}`)}`).join(' ');
}

function signature(secret: string, signed: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return createHmac('sha256', key).update(signed, 'utf8').digest('base64');
}
