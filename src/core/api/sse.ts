/** Server-sent events over a hijacked reply: frames in order, bounded memory, an end when the reader is gone. */
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';

const PING_MS = 15_000;
/** What may wait for one reader. Whoever has more to send waits until it is taken, and reads it from where it is kept. */
const FULL_BYTES = 256 * 1024;
/** More than the largest request, whose events all arrive at once: also the fastest reader must survive that. */
const MAX_WAITING_BYTES = 40 * 1024 * 1024;

export interface Frame {
  event: string;
  /** The position a reader may resume from; only persisted events have one. */
  id?: number;
  data: object;
}
export interface Sse {
  /** Queues the frame. A reader more than 40 MB behind is cut off: it comes back and replays. */
  send(frame: Frame): void;
  end(): void;
  /** So much waits for the reader that nothing more should be sent before `ready`. */
  isFull(): boolean;
  /** Waits until the reader has taken what it was sent; false when the connection is over. */
  ready(): Promise<boolean>;
  /** Settles when the connection is over, whoever ended it. */
  closed: Promise<void>;
}

const streams = new WeakMap<FastifyInstance, Set<Sse>>();

/** Ends what is open on this server: a stream would keep it from closing for ever. */
export function endStreams(server: FastifyInstance): void {
  for (const sse of streams.get(server) ?? []) sse.end();
}

/** Sends the headers at once. */
export function openSse(reply: FastifyReply): Sse {
  const head = reply.getHeaders();
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(head)) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
  raw.flushHeaders();
  const sse = pump(raw);
  const open = streams.get(reply.server) ?? new Set();
  streams.set(reply.server, open.add(sse));
  void sse.closed.then(() => open.delete(sse));
  return sse;
}

function pump(raw: ServerResponse): Sse {
  let waiting: string[] = [];
  let bytes = 0;
  let blocked = false;
  let ending = false;
  const write = (text: string): void => {
    if (raw.destroyed || raw.writableEnded) return;
    if (!blocked) {
      blocked = !raw.write(text);
      return;
    }
    waiting.push(text);
    bytes += text.length;
    if (bytes > MAX_WAITING_BYTES) raw.destroy();
  };
  raw.on('drain', () => {
    blocked = false;
    const texts = waiting;
    waiting = [];
    bytes = 0;
    if (texts.length > 0) write(texts.join(''));
    if (ending && !blocked) raw.end();
  });
  const ping = setInterval(() => write(': keep-alive\n\n'), PING_MS);
  ping.unref();
  const closed = new Promise<void>((resolve) => {
    raw.once('close', () => {
      clearInterval(ping);
      waiting = [];
      resolve();
    });
  });
  return {
    send: (frame) => write(render(frame)),
    end: () => {
      ending = true;
      if (waiting.length === 0) raw.end();
    },
    isFull: () => bytes > FULL_BYTES,
    async ready() {
      if (blocked && !raw.destroyed) await Promise.race([closed, new Promise((resolve) => raw.once('drain', resolve))]);
      return !(raw.destroyed || raw.writableEnded);
    },
    closed,
  };
}

function render({ event, id, data }: Frame): string {
  const position = id === undefined ? '' : `id: ${id}\n`;
  return `event: ${event}\n${position}data: ${JSON.stringify(data)}\n\n`;
}
