import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';

/** All of a request is ready, its connection too, when `permit` resolves; not a byte of it leaves before. */
export interface Waits extends Pick<RequestInit, 'redirect'> {
  permit?: Promise<unknown>;
  /** Called whenever bytes of the answer come. */
  heard?: () => void;
}
export type Fetch = (input: string | URL | Request, init?: RequestInit & Waits) => Promise<Response>;

/** A connection that nobody used for this long may be closed at the other end without our knowing. */
const IDLE_MS = 4_000;

/**
 * What the SDK asks of `fetch`, straight on Node's client: the standard one takes twice as long to put a request on the
 * wire. Follows no redirect, which would take the key to wherever it leads. Connections are kept for the next request.
 */
export function createFetch(): Fetch {
  const kept = { keepAlive: true, timeout: IDLE_MS };
  const agents = { 'http:': new http.Agent(kept), 'https:': new https.Agent(kept) };
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const secure = url.protocol === 'https:';
    const options = {
      agent: agents[secure ? 'https:' : 'http:'],
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(init.signal ? { signal: init.signal } : {}),
    };
    const send = () => (secure ? https : http).request(url, options);
    const message = await answered(send, init.permit ?? GIVEN, textOf(init.body));
    if (init.heard !== undefined) message.on('data', init.heard);
    return responseOf(message);
  };
}

const GIVEN = Promise.resolve();

/** A kept connection that turns out to be closed has carried nothing: the request is made once more, on another. */
async function answered(
  send: () => http.ClientRequest,
  permit: Promise<unknown>,
  body: string,
): Promise<http.IncomingMessage> {
  const first = send();
  try {
    return await exchange(first, permit, body);
  } catch (error) {
    if (!(first.reusedSocket && isReset(error))) throw error;
    return await exchange(send(), permit, body);
  }
}

function exchange(request: http.ClientRequest, permit: Promise<unknown>, body: string): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
    permit.then(
      () => request.end(body),
      (refusal) => request.destroy(refusal),
    );
  });
}

function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function responseOf(message: http.IncomingMessage): Response {
  const { statusCode: status = 0, statusMessage: statusText = '', rawHeaders } = message;
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  const empty = status === 204 || status === 304;
  if (empty) message.resume();
  return new Response(empty ? null : bytesOf(message), { status, statusText, headers });
}

/** Node's own type for the stream of the standard is a wider one. */
function bytesOf(message: http.IncomingMessage): ReadableStream<Uint8Array> {
  return Readable.toWeb(message) as ReadableStream<Uint8Array>;
}

function textOf(body: RequestInit['body']): string {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  throw new TypeError('requests to the model service are made of text');
}
