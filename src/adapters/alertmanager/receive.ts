/** One webhook request → what to store and what to answer. Pure: verify the bytes, then parse them. */
import { isUtf8 } from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { parseJson, UnsafeJson } from '../../lib/parse-json.ts';
import type { Alert, Delivery } from '../../sre/alert.ts';
import { payload, readAlerts } from './payload.ts';

export const SOURCE = 'alertmanager';
export const MAX_BODY_BYTES = 1024 * 1024;
const MAX_DEPTH = 64;

export interface Request {
  authorization: string | undefined;
  body: Uint8Array;
  receivedAt: string;
}
export type Received =
  | { verdict: 'unauthorized' }
  | { verdict: 'too_large' }
  | { verdict: 'accepted'; delivery: Delivery; alerts: Alert[] }
  /** Authentic but unreadable: kept for a person, because the sender does not retry a 4xx. */
  | { verdict: 'quarantined'; delivery: Delivery; why: string };

export function receive(request: Request, token: string): Received {
  if (!isBearer(request.authorization, token)) return { verdict: 'unauthorized' };
  if (request.body.byteLength > MAX_BODY_BYTES) return { verdict: 'too_large' };
  const body = Buffer.from(request.body);
  const delivery: Delivery = {
    source: SOURCE,
    // Alertmanager sends no delivery id, and a repeat is the same bytes.
    deliveryId: createHash('sha256').update(body).digest('hex'),
    receivedAt: request.receivedAt,
    body: body.toString('utf8'),
  };
  const parsed = parse(body);
  return parsed.ok
    ? { verdict: 'accepted', delivery, alerts: parsed.alerts }
    : { verdict: 'quarantined', delivery, why: parsed.why };
}

/** Compares digests, so that neither content nor length of the token shows in the time it takes. */
export function isBearer(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer ([^\s]{1,4096})$/i.exec(authorization ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(given), digest(token)) && given !== '';
}

function parse(body: Buffer): { ok: true; alerts: Alert[] } | { ok: false; why: string } {
  // What is stored shows a mark for each byte that is no text; what is acted upon must not be such a guess.
  if (!isUtf8(body)) return { ok: false, why: 'the body is not UTF-8' };
  let json: unknown;
  try {
    json = parseJson(body.toString('utf8'), MAX_DEPTH);
  } catch (error) {
    if (error instanceof UnsafeJson) return { ok: false, why: error.message };
    throw error;
  }
  const read = payload.safeParse(json);
  return read.success
    ? { ok: true, alerts: readAlerts(read.data) }
    : { ok: false, why: `not an Alertmanager version 4 body: ${z.prettifyError(read.error).slice(0, 2000)}` };
}
