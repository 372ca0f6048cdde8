import { type Outbound, OutboundFailed, type OutboundReply, type OutboundRequest } from '../../ports/outbound.ts';

/** Over the runtime's own `fetch`. A redirect is an answer like any other. */
export function fetchOutbound(): Outbound {
  return {
    async send(request) {
      try {
        return await send(request);
      } catch (error) {
        throw new OutboundFailed('the service could not be asked', { cause: error });
      }
    },
  };
}

async function send({ method, url, headers, body, ...bounds }: OutboundRequest): Promise<OutboundReply> {
  const reply = await fetch(url, {
    method,
    headers: { ...headers },
    ...(body === undefined ? {} : { body }),
    redirect: 'manual',
    signal: AbortSignal.timeout(bounds.timeoutMs),
  });
  const wanted = bounds.read === 'always' || reply.status >= 400;
  const text = wanted ? await readUpTo(reply, bounds.maxBytes) : { body: '', truncated: false };
  if (!wanted) await reply.body?.cancel();
  return { status: reply.status, headers: Object.fromEntries(reply.headers), ...text };
}

/** Leaving the loop early cancels the rest. */
async function readUpTo(reply: Response, limit: number): Promise<{ body: string; truncated: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  return { body: Buffer.concat(chunks).subarray(0, limit).toString('utf8'), truncated: size > limit };
}
