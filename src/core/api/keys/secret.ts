/** Secrets that callers show: made here, kept as digests only, compared in the same time whatever was sent. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What the secret opens: `vk` a workspace, `ve` an environment for its workers, `vt` one session for one worker. */
export type SecretKind = 'vk' | 've' | 'vt';

export interface KeptSecret {
  digest: string;
  /** Milliseconds since 1970 after which it opens nothing; null for good. */
  until: number | null;
}

/** A secret that names the document it belongs to, so that it is looked up by id and never searched for. */
export function mintSecret(kind: SecretKind, id: string): { text: string; digest: string } {
  const text = `${kind}_${id.slice(id.indexOf('_') + 1)}_${randomBytes(32).toString('base64url')}`;
  return { text, digest: digestOf(text) };
}

const FORM = /^(vk|ve|vt)_([0-9A-Za-z]{1,64})_[\w-]{20,100}$/;

/** What kind of secret it says to be, and the rest of the id it names; null for anything of another form. */
export function readSecret(text: string): { kind: string; body: string } | null {
  const [, kind, body] = FORM.exec(text) ?? [];
  return kind === undefined || body === undefined ? null : { kind, body };
}

/** High in entropy, so that a plain digest cannot be turned back by trying. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Looks at all of them, whichever fits. */
export function isAmong(digests: readonly string[], text: string): boolean {
  const given = Buffer.from(digestOf(text));
  let found = false;
  for (const digest of digests) {
    const kept = Buffer.from(digest);
    if (kept.length === given.length && timingSafeEqual(kept, given)) found = true;
  }
  return found;
}

export function opens(secrets: readonly KeptSecret[], text: string, now: number): boolean {
  const valid = secrets.filter(({ until }) => until === null || now < until);
  return isAmong(
    valid.map((secret) => secret.digest),
    text,
  );
}

/** The new secret beside the one before it, which still opens for a while so that its holders can change over. */
export function rotated(
  secrets: readonly KeptSecret[],
  digest: string,
  now: number,
  graceSeconds: number,
): KeptSecret[] {
  const until = now + graceSeconds * 1000;
  const before = graceSeconds === 0 ? [] : secrets.filter((secret) => secret.until === null);
  return [...before.map((secret) => ({ ...secret, until })), { digest, until: null }];
}
