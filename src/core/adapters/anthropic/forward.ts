/** Passes requests on to the model service with our key in the place of the caller's. */
import { hideSecrets } from '../../../lib/hide-secrets.ts';
import { type Messages, type MessagesReply, type MessagesRequest, MessagesUnreachable } from '../../ports/messages.ts';

/** As long as the official client waits. Milliseconds. */
const TIMEOUT_MS = 600_000;
const MAX_ERROR_BYTES = 64 * 1024;
const SENT_ON = ['content-type', 'accept', 'anthropic-version', 'anthropic-beta'];
const GIVEN_BACK = /^(content-type|request-id|retry-after(-ms)?|x-should-retry|anthropic-ratelimit-[a-z-]+)$/;

export function anthropicMessages({ apiKey, baseURL }: { apiKey: string; baseURL?: string }): Messages {
  const base = (baseURL ?? 'https://api.anthropic.com').replace(/\/+$/, '');
  const hide = hideSecrets([apiKey]);
  return {
    async forward(request, signal) {
      const reply = await ask(`${base}${request.path}`, apiKey, request, signal);
      const headers = givenBack(reply.headers, hide);
      if (reply.status < 400) return { status: reply.status, headers, body: bytesOf(reply) };
      const text = hide(await readUpTo(reply, MAX_ERROR_BYTES));
      return { status: reply.status, headers, body: once(Buffer.from(text)) };
    },
  };
}

async function ask(
  url: string,
  apiKey: string,
  { headers, body }: MessagesRequest,
  signal: AbortSignal,
): Promise<Response> {
  const sent = Object.entries(headers).filter(([name]) => SENT_ON.includes(name));
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { ...Object.fromEntries(sent), authorization: `Bearer ${apiKey}` },
      body: Buffer.from(body),
      // Followed, it would take the key to wherever it leads.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch (cause) {
    throw new MessagesUnreachable('the model service did not answer', { cause });
  }
}

function givenBack(headers: Headers, hide: (text: string) => string): MessagesReply['headers'] {
  return Object.fromEntries(
    [...headers].filter(([name]) => GIVEN_BACK.test(name)).map(([name, value]) => [name, hide(value)]),
  );
}

async function* bytesOf(reply: Response): AsyncGenerator<Uint8Array> {
  yield* reply.body ?? [];
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function readUpTo(reply: Response, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytesOf(reply)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit).toString('utf8');
}
