/**
 * A local server that answers like Loki 3: push, labels, label values, query_range over lines, and counts by `query`.
 * Made after its HTTP API reference; it holds lines in memory and refuses what Loki refuses.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { type Labels, type LineQuery, parseCount, parseLines, QueryRefused } from './fake-loki-query.ts';

export interface FakeLoki extends AsyncDisposable {
  url: string;
  /** Query strings of the requests so far, with the path before them. */
  asked: { path: string; params: URLSearchParams; headers: IncomingMessage['headers'] }[];
  push(streams: Pushed[]): Promise<void>;
}
export interface Pushed {
  stream: Labels;
  /** Nanoseconds, line, and structured metadata of the line. */
  values: ([string, string] | [string, string, Labels])[];
}
interface Options {
  /** `max_entries_limit_per_query`. */
  maxEntries?: number;
  /** `auth_enabled`: requests must name this tenant. */
  tenant?: string;
}
interface Stored {
  at: bigint;
  stream: Labels;
  metadata: Labels;
  line: string;
}

const pushed = z.object({
  streams: z.array(
    z.object({
      stream: z.record(z.string(), z.string()),
      values: z.array(
        z.union([
          z.tuple([z.string().regex(/^\d+$/), z.string()]),
          z.tuple([z.string().regex(/^\d+$/), z.string(), z.record(z.string(), z.string())]),
        ]),
      ),
    }),
  ),
});

export async function fakeLoki({ maxEntries = 5000, tenant }: Options = {}): Promise<FakeLoki> {
  const stored: Stored[] = [];
  const asked: FakeLoki['asked'] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: params } = new URL(request.url ?? '', 'http://loki');
    asked.push({ path: pathname, params, headers: request.headers });
    if (tenant !== undefined && request.headers['x-scope-orgid'] !== tenant) return text(response, 401, 'no org id\n');
    try {
      if (request.method === 'POST' && pathname === '/loki/api/v1/push') {
        store(stored, pushed.parse(JSON.parse(await bodyOf(request))).streams);
        response.writeHead(204).end();
      } else json(response, reply(pathname, params));
    } catch (error) {
      text(response, error instanceof QueryRefused ? error.status : 500, `${messageOf(error)}\n`);
    }
  }

  function reply(path: string, params: URLSearchParams): object {
    if (path === '/loki/api/v1/query_range') return range(stored, params, maxEntries);
    if (path === '/loki/api/v1/query') return instant(stored, params);
    const seen = within(stored, params);
    if (path === '/loki/api/v1/labels') return names(seen.flatMap(({ stream }) => Object.keys(stream)));
    const label = /^\/loki\/api\/v1\/label\/([^/]+)\/values$/.exec(path)?.[1];
    if (label === undefined) throw new QueryRefused('404 page not found', { status: 404 });
    return names(seen.flatMap(({ stream }) => stream[decodeURIComponent(label)] ?? []));
  }

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    url,
    asked,
    async push(streams) {
      const headers = {
        'content-type': 'application/json',
        ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant }),
      };
      const response = await fetch(`${url}/loki/api/v1/push`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ streams }),
      });
      if (response.status !== 204) throw new Error(`push: ${response.status} ${await response.text()}`);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The same line of the same stream at the same time is one. */
function store(stored: Stored[], streams: z.infer<typeof pushed>['streams']): void {
  const known = new Set(stored.map(keyOf));
  for (const { stream, values } of streams) {
    for (const [at, line, metadata = {}] of values) {
      const one = { at: BigInt(at), stream, line, metadata };
      if (!known.has(keyOf(one))) stored.push(one);
      known.add(keyOf(one));
    }
  }
}

function keyOf({ at, stream, line }: Stored): string {
  return `${at} ${JSON.stringify(stream)} ${line}`;
}

/** From `start`, included, to `end`, not included. */
function within(stored: Stored[], params: URLSearchParams): Stored[] {
  const start = BigInt(params.get('start') ?? 0);
  const end = BigInt(params.get('end') ?? 0);
  if (end < start) throw new QueryRefused('end timestamp must not be before or equal to start time');
  return stored.filter(({ at }) => at >= start && at < end);
}

function matching(stored: Stored[], query: LineQuery): Stored[] {
  return stored.filter(
    ({ stream, metadata, line }) => query.streams(stream) && query.passes({ ...stream, ...metadata }, line),
  );
}

function range(stored: Stored[], params: URLSearchParams, maxEntries: number): object {
  const limit = Number(params.get('limit') ?? 100);
  if (limit > maxEntries) {
    throw new QueryRefused(
      `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${maxEntries})`,
    );
  }
  const query = parseLines(params.get('query') ?? '');
  const sign = params.get('direction') === 'forward' ? 1 : -1;
  const found = matching(within(stored, params), query)
    .toSorted((left, right) => sign * (left.at < right.at ? -1 : left.at > right.at ? 1 : 0))
    .slice(0, limit);
  const streams = new Map<string, { stream: Labels; values: [string, string][] }>();
  for (const { at, stream, metadata, line } of found) {
    const labels = { ...stream, ...metadata };
    const key = JSON.stringify(labels);
    const one = streams.get(key) ?? { stream: labels, values: [] };
    one.values.push([String(at), line]);
    streams.set(key, one);
  }
  return { status: 'success', data: { resultType: 'streams', result: [...streams.values()], stats: {} } };
}

/** A range ends at its moment, included, and begins after its beginning. */
function instant(stored: Stored[], params: URLSearchParams): object {
  const { lines, rangeMs } = parseCount(params.get('query') ?? '');
  const time = BigInt(params.get('time') ?? 0);
  const from = time - BigInt(rangeMs) * 1_000_000n;
  const count = matching(
    stored.filter(({ at }) => at > from && at <= time),
    lines,
  ).length;
  const result = count === 0 ? [] : [{ metric: {}, value: [Number(time / 1_000_000_000n), String(count)] }];
  return { status: 'success', data: { resultType: 'vector', result, stats: {} } };
}

/** Loki leaves `data` out when there is none. */
function names(all: string[]): object {
  const data = [...new Set(all)].toSorted();
  return data.length === 0 ? { status: 'success' } : { status: 'success', data };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
}

function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
