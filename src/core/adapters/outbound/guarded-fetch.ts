import { isIP } from 'node:net';
import type { Agent, RequestInit as AskInit } from 'undici';
import { OutboundRefused } from '../../ports/outbound.ts';
import { bare, isNamedHost } from './named.ts';
import { isPublic } from './public.ts';
import { publicLookup } from './send.ts';

export type Fetch = (input: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` for clients that stream, under the same rules: public addresses and named hosts, no redirects. Each answer
 * ends with an error after `maxBytes`.
 */
export function guardedFetch(privateHosts: readonly string[], maxBytes: number): Fetch {
  let agents: Promise<Agents> | null = null;
  return async (input, init) => {
    const url = new URL(input);
    const named = isNamedHost(privateHosts, url);
    const host = bare(url.hostname);
    if (!named && isIP(host) !== 0 && !isPublic(host)) throw new OutboundRefused(`${host} is not a public address`);
    agents ??= openAgents();
    const { ask, open, guarded } = await agents;
    const dispatcher = named ? open : guarded;
    const answer = asResponse(await ask(url, { ...asAskInit(init), dispatcher, redirect: 'error' }));
    const body = answer.body?.pipeThrough(upTo(maxBytes)) ?? null;
    return new Response(body, { status: answer.status, statusText: answer.statusText, headers: answer.headers });
  };
}

interface Agents {
  ask: typeof import('undici').fetch;
  open: Agent;
  guarded: Agent;
}

/** Loaded when first needed: most servers never ask anybody this way. */
async function openAgents(): Promise<Agents> {
  const { Agent: Dispatcher, fetch } = await import('undici');
  return { ask: fetch, open: new Dispatcher(), guarded: new Dispatcher({ connect: { lookup: publicLookup } }) };
}

function upTo(limit: number): TransformStream<Uint8Array, Uint8Array> {
  let size = 0;
  return new TransformStream({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > limit) controller.error(new Error(`the answer is longer than ${limit} bytes`));
      else controller.enqueue(chunk);
    },
  });
}

/** The package's types and the runtime's describe the same standard. */
function asAskInit(init: unknown): AskInit {
  return (init ?? {}) as AskInit;
}
function asResponse(answer: unknown): Response {
  return answer as Response;
}
