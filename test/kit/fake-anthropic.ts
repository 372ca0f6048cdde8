/** A local service that speaks the Messages API's stream as the real one does, for tests of what talks to it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type WireBlock =
  | { text: string }
  | { thinking: string; signature: string }
  | { redacted: string }
  /** `json` is sent as it is, in pieces, whether it parses or not. */
  | { tool: string; id: string; json: string };
export type Reply =
  | {
      blocks: readonly WireBlock[];
      stop?: string;
      stopDetails?: { type: 'refusal'; category: string | null; explanation: string | null };
      usage?: Record<string, number>;
      /** Pause before the first byte and between events, milliseconds. */
      delayMs?: number;
      betweenMs?: number;
      /** Ends the stream after so many events: cleanly, by a reset, or by an error event of this type. */
      cut?: { after: number; how: 'fin' | 'reset' | { error: string } };
    }
  /** Events as they are written here, whether a service would send them or not; `betweenMs` as above. */
  | { events: readonly WireEvent[]; betweenMs?: number }
  | { status: number; type: string; message?: string; headers?: Record<string, string> }
  /** Chosen by what was asked. */
  | ((body: Record<string, unknown>) => Reply);

export interface FakeAnthropic {
  url: string;
  /** What was asked, parsed, with its headers and the moment it came in (`performance.now`). */
  requests: { body: Record<string, unknown>; headers: IncomingMessage['headers']; at: number }[];
  /** The replies to come, in order; the last one repeats. */
  replies: Reply[];
  /** How many requests the client hung up on. */
  hangups(): number;
  close(): Promise<void>;
}

export async function fakeAnthropic(...replies: Reply[]): Promise<FakeAnthropic> {
  const requests: FakeAnthropic['requests'] = [];
  const queue = [...replies];
  let hangups = 0;
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) hangups += 1;
    });
    const at = performance.now();
    void read(request).then(async (body) => {
      requests.push({ body, headers: request.headers, at });
      const reply = chosen(queue.length > 1 ? queue.shift() : queue[0], body);
      if (request.url !== '/v1/messages' || reply === undefined)
        return refuse(response, { status: 404, type: 'not_found_error' });
      if ('status' in reply) return refuse(response, reply);
      await stream(response, reply, String(body.model));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    requests,
    replies: queue,
    hangups: () => hangups,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Fixed = Exclude<Reply, (body: Record<string, unknown>) => Reply>;
function chosen(reply: Reply | undefined, body: Record<string, unknown>): Fixed | undefined {
  return typeof reply === 'function' ? chosen(reply(body), body) : reply;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}

function refuse(response: ServerResponse, reply: Extract<Fixed, { status: number }>): void {
  response.writeHead(reply.status, { 'content-type': 'application/json', 'request-id': 'req_1', ...reply.headers });
  response.end(
    JSON.stringify({ type: 'error', error: { type: reply.type, message: reply.message ?? `as asked: ${reply.type}` } }),
  );
}

async function stream(
  response: ServerResponse,
  reply: Exclude<Fixed, { status: number }>,
  model: string,
): Promise<void> {
  const { delayMs, cut } = 'blocks' in reply ? reply : {};
  if (delayMs !== undefined) await wait(delayMs);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_1' });
  for (const [index, event] of ('blocks' in reply ? events(reply, model) : reply.events).entries()) {
    if (cut !== undefined && index === cut.after) return cutOff(response, cut.how);
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    if (reply.betweenMs !== undefined) await wait(reply.betweenMs);
  }
  response.end();
}

function cutOff(response: ServerResponse, how: 'fin' | 'reset' | { error: string }): void {
  if (how === 'fin') response.end();
  else if (how === 'reset') response.socket?.resetAndDestroy();
  else {
    const error = { type: 'error', error: { type: how.error, message: 'in the middle' } };
    response.end(`event: error\ndata: ${JSON.stringify(error)}\n\n`);
  }
}

export type WireEvent = { type: string } & Record<string, unknown>;

/** What the service sends for this reply, one by one. */
export function events(reply: Extract<Fixed, { blocks: unknown }>, model = 'claude'): WireEvent[] {
  const usage = {
    input_tokens: 10,
    output_tokens: 1,
    cache_creation_input_tokens: null,
    cache_read_input_tokens: null,
    ...reply.usage,
  };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  const delta = { stop_reason: reply.stop ?? 'end_turn', stop_sequence: null, stop_details: reply.stopDetails ?? null };
  return [
    { type: 'message_start', message },
    { type: 'ping' },
    ...reply.blocks.flatMap(blockEvents),
    { type: 'message_delta', delta, usage: { output_tokens: reply.usage?.output_tokens ?? 20 } },
    { type: 'message_stop' },
  ];
}

function blockEvents(block: WireBlock, index: number): WireEvent[] {
  const around = (start: object, ...deltas: object[]): WireEvent[] => [
    { type: 'content_block_start', index, content_block: start },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
  if ('text' in block) {
    return around({ type: 'text', text: '' }, ...halves(block.text).map((text) => ({ type: 'text_delta', text })));
  }
  if ('thinking' in block) {
    return around(
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: block.thinking },
      { type: 'signature_delta', signature: block.signature },
    );
  }
  if ('redacted' in block) return around({ type: 'redacted_thinking', data: block.redacted });
  return around(
    { type: 'tool_use', id: block.id, name: block.tool, input: {} },
    ...halves(block.json).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  );
}

function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((half) => half !== '');
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
