import { lookup } from 'node:dns';
import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import {
  type Outbound,
  OutboundFailed,
  OutboundRefused,
  type OutboundReply,
  type OutboundRequest,
} from '../../ports/outbound.ts';
import { bare, isNamedHost } from './named.ts';
import { isPublic } from './public.ts';

/** Asks public addresses, and the hosts named in `privateHosts`. A redirect is an answer like any other. */
export function guardedOutbound(privateHosts: readonly string[] = []): Outbound {
  return {
    async send(request) {
      try {
        const url = new URL(request.url);
        return await send(request, url, isNamedHost(privateHosts, url));
      } catch (error) {
        if (error instanceof OutboundRefused) throw error;
        throw new OutboundFailed('the service could not be asked', { cause: error });
      }
    },
    isNamed: (url) => URL.canParse(url) && isNamedHost(privateHosts, new URL(url)),
  };
}

async function send(request: OutboundRequest, url: URL, named: boolean): Promise<OutboundReply> {
  const host = bare(url.hostname);
  // An address needs no lookup, so it is looked at here.
  if (!named && isIP(host) !== 0 && !isPublic(host)) throw refused(host);
  const reply = await ask(request, url, named ? undefined : publicLookup);
  try {
    const status = reply.statusCode ?? 0;
    const wanted = request.read === 'always' || status >= 400;
    const text = wanted ? await readUpTo(reply, request.maxBytes) : { body: '', truncated: false };
    return { status, headers: plain(reply.headers), ...text };
  } finally {
    reply.destroy();
  }
}

/** One connection of its own: what was checked for this request is what it is sent to. */
function ask(
  { method, headers, body, timeoutMs }: OutboundRequest,
  url: URL,
  resolve: LookupFunction | undefined,
): Promise<IncomingMessage> {
  const start = url.protocol === 'https:' ? overHttps : overHttp;
  return new Promise((answer, fail) => {
    const asked = start(url, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...(resolve === undefined ? {} : { lookup: resolve }),
    });
    asked.once('response', answer);
    // Errors go on coming after the answer did, when it breaks off; the reader sees those itself.
    asked.on('error', fail);
    asked.end(body);
  });
}

/** Looks a name up once and hands on what it found, so that the next answer of the name service changes nothing. */
export const publicLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    const [first] = found ?? [];
    if (error !== null || first === undefined) return done(error ?? new Error('no address'), '');
    // One that is not public among several is as good as all: which of them is taken is chance.
    if (!found.every(({ address }) => isPublic(address))) return done(refused(host), '');
    if (options.all === true) done(null, found);
    else done(null, first.address, first.family);
  });
};

function refused(host: string): OutboundRefused {
  return new OutboundRefused(`${host} is not a public address; name the host in the settings if it is meant`);
}

function plain(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

/** Leaving the loop early lets go of the rest. */
async function readUpTo(reply: IncomingMessage, limit: number): Promise<{ body: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of reply) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > limit) break;
  }
  return { body: Buffer.concat(chunks).subarray(0, limit).toString('utf8'), truncated: size > limit };
}
