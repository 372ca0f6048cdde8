/** Signatures as Standard Webhooks has them: HMAC-SHA256 over id, time and the bytes of the body. Pure. */
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** 32 random bytes, of those that are the same text in both alphabets of base64: receivers decode the one or the other. */
export function newSigningSecret(): string {
  for (;;) {
    const text = randomBytes(32).toString('base64');
    if (!/[+/]/.test(text)) return PREFIX + text;
  }
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
