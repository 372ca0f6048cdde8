import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Failure } from './failure.ts';

/** Refuses a request without the key, as `Authorization: Bearer` or `x-api-key`. Takes the same time for every wrong key. */
export function requireKey(request: FastifyRequest, key: string): void {
  const header = request.headers['x-api-key'];
  const given =
    /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? (typeof header === 'string' ? header : '');
  if (!isKey(given, key)) {
    throw new Failure(
      401,
      'unauthorized',
      'the API key is missing or wrong',
      'Send it as `Authorization: Bearer …`; the server keeps it in DATA/api-key.',
    );
  }
}

/** Takes the same time for every wrong key. */
export function isKey(given: string, key: string): boolean {
  return given !== '' && timingSafeEqual(hash(given), hash(key));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
