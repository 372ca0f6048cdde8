/** One webhook request → what to store and what to answer. Pure: verify the bytes, then parse them. */
import { isUtf8 } from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';
import { parseJson, UnsafeJson } from '../../lib/parse-json.ts';
import type { Alert, Delivery } from '../alert.ts';

export interface AlertSource {
  /** As in the address of its webhook, and in every alert of it. */
  name: string;
  /** The alerts of a body, or why it is none of this source. `deliveryId` where the sender gives one. */
  read(json: unknown): { ok: true; alerts: Alert[]; deliveryId?: string } | { ok: false; why: string };
}
export interface HookRequest {
  authorization: string | undefined;
  body: Uint8Array;
  receivedAt: string;
}
export type Received =
  | { verdict: 'unauthorized' }
  | { verdict: 'too_large' }
  | { verdict: 'accepted'; delivery: Delivery; alerts: Alert[] }
  /** Authentic but unreadable: kept for a person, because senders do not retry a 4xx. */
  | { verdict: 'quarantined'; delivery: Delivery; why: string };

export const MAX_BODY_BYTES = 1024 * 1024;
const MAX_DEPTH = 64;

export function receiveFrom(source: AlertSource, request: HookRequest, token: string): Received {
  if (!isBearer(request.authorization, token)) return { verdict: 'unauthorized' };
  if (request.body.byteLength > MAX_BODY_BYTES) return { verdict: 'too_large' };
  const body = Buffer.from(request.body);
  const read = parse(source, body);
  const delivery: Delivery = {
    source: source.name,
    // Without an id of the sender's own a repeat is the same bytes.
    deliveryId: (read.ok ? read.deliveryId : undefined) ?? createHash('sha256').update(body).digest('hex'),
    receivedAt: request.receivedAt,
    body: body.toString('utf8'),
  };
  return read.ok
    ? { verdict: 'accepted', delivery, alerts: read.alerts }
    : { verdict: 'quarantined', delivery, why: read.why };
}

/** Compares digests, so that neither content nor length of the token shows in the time it takes. */
export function isBearer(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer ([^\s]{1,4096})$/i.exec(authorization ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(given), digest(token)) && given !== '';
}

function parse(source: AlertSource, body: Buffer): ReturnType<AlertSource['read']> {
  // What is stored shows a mark for each byte that is no text; what is acted upon must not be such a guess.
  if (!isUtf8(body)) return { ok: false, why: 'the body is not UTF-8' };
  try {
    return source.read(parseJson(body.toString('utf8'), MAX_DEPTH));
  } catch (error) {
    if (error instanceof UnsafeJson) return { ok: false, why: error.message };
    throw error;
  }
}
