/** Who may call: holders of the one API key, sent as a bearer token or as `x-api-key`. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Compares digests, so that neither content nor length of the key shows in the time taken. */
export function keyChecker(apiKey: string): (headers: IncomingHttpHeaders) => boolean {
  const expected = digest(apiKey);
  return (headers) => {
    const given = keyIn(headers);
    return given !== null && timingSafeEqual(digest(given), expected);
  };
}

function keyIn(headers: IncomingHttpHeaders): string | null {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1]?.trim();
  if (bearer !== undefined) return bearer;
  const plain = headers['x-api-key'];
  return typeof plain === 'string' ? plain : null;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
