/**
 * A local service that speaks the Messages API's stream and says one token after the other at an even pace. Each token is the
 * moment it was due, so that whoever hears it knows how long it was on its way.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

export interface StreamingModel {
  url: string;
  /** Streams that have begun and not ended. */
  open(): number;
  /** Ends all answers, those to come after their first token. */
  finish(): void;
  close(): Promise<void>;
}

const TICK_MS = 4;

/** Answers go on until `finish`. */
export async function streamingModel(perSecond: number): Promise<StreamingModel> {
  let finishing = false;
  const streams = new Map<ServerResponse, { began: number; said: number }>();
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(BEGIN);
      streams.set(response, { began: performance.now(), said: 0 });
    });
    response.once('close', () => streams.delete(response));
  });
  const ticking = setInterval(() => {
    const now = performance.now();
    for (const [response, stream] of streams) {
      const due = Math.floor(((now - stream.began) * perSecond) / 1_000);
      let text = '';
      for (; stream.said < due; stream.said += 1) text += frame('content_block_delta', deltaAt(now));
      if (text !== '') response.write(text);
      if (finishing && due > 0) {
        streams.delete(response);
        response.end(END);
      }
    }
  }, TICK_MS);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    open: () => streams.size,
    finish: () => {
      finishing = true;
    },
    async close() {
      clearInterval(ticking);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What `deltaAt` wrote, out of frames that carry it on. */
export const SAID = /"text":"(\d+) "/g;

function deltaAt(now: number): object {
  return { index: 0, delta: { type: 'text_delta', text: `${Math.round(now)} ` } };
}

function frame(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

const usage = { input_tokens: 10, output_tokens: 1, cache_creation_input_tokens: null, cache_read_input_tokens: null };
const answer = { id: 'msg_1', type: 'message', role: 'assistant', model: 'bench', content: [], usage };
const BEGIN = [
  frame('message_start', { message: { ...answer, stop_reason: null, stop_sequence: null } }),
  frame('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
].join('');
const END = [
  frame('content_block_stop', { index: 0 }),
  frame('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 20 } }),
  frame('message_stop', {}),
].join('');
