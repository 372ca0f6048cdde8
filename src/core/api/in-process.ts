/** The wire without a port: a `fetch` that a Fastify plugin answers, streams and cancellation included. */
import { Readable } from 'node:stream';
import { ReadableStream as NodeReadableStream } from 'node:stream/web';
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import { noSchemas } from '../../lib/no-schemas.ts';
import { refuseAddress } from './plugin.ts';

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface InProcess {
  fetch: Fetch;
  close(): Promise<void>;
}

export function inProcess(plugin: FastifyPluginAsync): InProcess {
  // Put together for the first call: a server may run for long before its own product has something to ask.
  let made: Promise<FastifyInstance> | null = null;
  const fetch: Fetch = async (input, init) => {
    made ??= make(plugin);
    return await answer(await made, new Request(input, init), signalOf(input, init));
  };
  return {
    // The SDK looks here to learn that this fetch takes forms.
    fetch: Object.assign(fetch, { Response }),
    async close() {
      // What could not be made was reported by every call.
      const app = await made?.catch(() => null);
      await app?.close();
    },
  };
}

async function make(plugin: FastifyPluginAsync): Promise<FastifyInstance> {
  const app = Fastify({
    forceCloseConnections: true,
    schemaController: noSchemas,
    frameworkErrors: (error, _, reply) => refuseAddress(error, reply),
  });
  await app.register(plugin);
  await app.ready();
  return app;
}

/**
 * Listens to the caller's own signal: a request's copy of it stops following once the request object is collected,
 * which a stream outlives.
 */
async function answer(app: FastifyInstance, request: Request, signal: AbortSignal | null): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  signal?.throwIfAborted();
  try {
    const reply = await app.inject({
      method: methodOf(request),
      url: pathname + search,
      headers: headersOf(request),
      ...(request.body === null ? {} : { payload: Readable.fromWeb(asNodeStream(request.body)) }),
      payloadAsStream: true,
      ...(signal === null ? {} : { signal }),
    });
    const body = reply.stream();
    // A reader that goes away must be seen by whoever writes.
    body.once('close', () => reply.raw.res.destroy());
    const empty = reply.statusCode === 204 || reply.statusCode === 304;
    if (empty) body.resume();
    return new Response(empty ? null : asWebStream(body), {
      status: reply.statusCode,
      headers: plainHeaders(reply.headers),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

function signalOf(input: string | URL | Request, init: RequestInit | undefined): AbortSignal | null {
  if (init?.signal !== undefined) return init.signal;
  return input instanceof Request ? input.signal : null;
}

function methodOf(request: Request): 'GET' | 'POST' | 'DELETE' | 'PUT' | 'PATCH' | 'HEAD' | 'OPTIONS' {
  const methods = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS'] as const;
  return methods.find((method) => method === request.method) ?? 'GET';
}

function headersOf(request: Request): Record<string, string> {
  const headers = Object.fromEntries(request.headers);
  // The length of a streamed body is not known; without either header there would be no body.
  return request.body === null ? headers : { ...headers, 'transfer-encoding': 'chunked' };
}

function plainHeaders(headers: Record<string, unknown>): Headers {
  const plain = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && name !== 'transfer-encoding' && name !== 'connection') plain.set(name, String(value));
  }
  return plain;
}

/** The global stream and Node's are one class under two type declarations. */
function asNodeStream(stream: NonNullable<Request['body']>): NodeReadableStream {
  if (stream instanceof NodeReadableStream) return stream;
  throw new TypeError('the body is not a stream of this runtime');
}

/**
 * Chunk by chunk, as the reader asks. `Readable.toWeb` goes on emitting what it has buffered after its reader has left,
 * and that ends the process.
 */
function asWebStream(stream: Readable): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel() {
      stream.destroy();
    },
  });
}
