/**
 * A local server that answers like Datadog's API where Vigil asks it: active metrics, metadata, tags, timeseries, logs
 * (search, counts), spans, events, relations of the catalog. Made after its API reference and the official client's models;
 * it holds everything in memory, wants both keys, pages by cursor and refuses what it does not understand.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { eventsPage, type FakeEvent, type FakeLog, logCounts, logsPage } from './fake-datadog-logs.ts';
import { evaluate, type FakeMetric, QueryRefused } from './fake-datadog-metrics.ts';
import { type FakeSpan, spansPage } from './fake-datadog-spans.ts';

export interface FakeDatadog extends AsyncDisposable {
  url: string;
  asked: { method: string; path: string; params: URLSearchParams; headers: IncomingMessage['headers']; body: string }[];
  metrics: Map<string, FakeMetric>;
  logs: FakeLog[];
  events: FakeEvent[];
  spans: FakeSpan[];
  /** Who depends on whom. */
  relations: [from: string, to: string][];
  /** Answers instead, for the paths that it wants. */
  instead: ((path: string) => Fault | undefined) | null;
}
export type Fault = { status?: number; headers?: Record<string, string>; text: string } | 'silence';

export const KEYS = { apiKey: 'dd-api-key', appKey: 'dd-app-key' };
const PAGE_OF_RELATIONS = 100;

const timeseries = z.object({
  data: z.object({
    type: z.literal('timeseries_request'),
    attributes: z.object({
      from: z.number(),
      to: z.number(),
      interval: z.number().optional(),
      queries: z.array(z.object({ data_source: z.literal('metrics'), name: z.string(), query: z.string() })).length(1),
      formulas: z.array(z.object({ formula: z.string(), limit: z.object({ count: z.number() }) })).length(1),
    }),
  }),
});

export async function fakeDatadog(): Promise<FakeDatadog> {
  const state: Omit<FakeDatadog, 'url' | typeof Symbol.asyncDispose> = {
    asked: [],
    metrics: new Map(),
    logs: [],
    events: [],
    spans: [],
    relations: [],
    instead: null,
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: params } = new URL(request.url ?? '', 'http://datadog');
    const body = await bodyOf(request);
    state.asked.push({ method: request.method ?? '', path, params, headers: request.headers, body });
    const fault = state.instead?.(path);
    if (fault !== undefined) return failing(response, fault);
    if (!hasKeys(request)) return json(response, 403, { errors: ['Forbidden'] });
    try {
      const found = reply(`${request.method} ${path}`, params, body);
      json(response, found === null ? 404 : 200, found ?? { errors: ['Not found'] });
    } catch (error) {
      json(response, error instanceof QueryRefused ? 400 : 500, { errors: [String(error)] });
    }
  }

  function reply(what: string, params: URLSearchParams, sent: string): object | null {
    const body: unknown = sent === '' ? null : JSON.parse(sent);
    switch (what) {
      case 'GET /api/v1/validate':
        return { valid: true };
      case 'GET /api/v1/metrics':
        return { from: params.get('from'), metrics: activeMetrics(state.metrics, params) };
      case 'POST /api/v2/query/timeseries':
        return seriesOf(state.metrics, timeseries.parse(body).data.attributes);
      case 'POST /api/v2/logs/events/search':
        return logsPage(state.logs, body);
      case 'POST /api/v2/logs/analytics/aggregate':
        return logCounts(state.logs, body);
      case 'POST /api/v2/events/search':
        return eventsPage(state.events, body);
      case 'POST /api/v2/spans/events/search':
        return spansPage(state.spans, body);
      case 'GET /api/v2/catalog/relation':
        return relationsPage(state.relations, params);
    }
    const [, named = ''] = /^GET \/api\/v1\/metrics\/([^/]+)$/.exec(what) ?? [];
    const told = state.metrics.get(decodeURIComponent(named));
    if (told !== undefined) return { type: told.type, unit: told.unit, description: told.help };
    const [, tagged = ''] = /^GET \/api\/v2\/metrics\/([^/]+)\/all-tags$/.exec(what) ?? [];
    const metric = state.metrics.get(decodeURIComponent(tagged));
    return metric === undefined ? null : allTags(decodeURIComponent(tagged), metric, params);
  }

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return Object.assign(state, {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function hasKeys({ headers }: IncomingMessage): boolean {
  return headers['dd-api-key'] === KEYS.apiKey && headers['dd-application-key'] === KEYS.appKey;
}

function failing(response: ServerResponse, fault: Fault): void {
  if (fault === 'silence') return;
  const { status = 200, headers, text } = fault;
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

function activeMetrics(metrics: Map<string, FakeMetric>, params: URLSearchParams): string[] {
  const from = Number(params.get('from')) * 1000;
  const filter = params.get('tag_filter');
  return [...metrics].flatMap(([name, { samples }]) =>
    samples.some(({ at, tags }) => at >= from && (filter === null || tags.includes(filter))) ? [name] : [],
  );
}

function allTags(id: string, { samples }: FakeMetric, params: URLSearchParams): object {
  const filter = params.get('filter[tags]');
  const within = samples.filter(({ tags }) => filter === null || filter.split(',').every((tag) => tags.includes(tag)));
  const tags = [...new Set(within.flatMap((sample) => sample.tags))].toSorted();
  return { data: { type: 'metrics', id, attributes: { tags, ingested_tags: [] } } };
}

function seriesOf(metrics: Map<string, FakeMetric>, asked: z.infer<typeof timeseries>['data']['attributes']): object {
  const [{ query } = { query: '' }] = asked.queries;
  const [{ limit } = { limit: { count: 0 } }] = asked.formulas;
  const { times, groups, unit } = evaluate(metrics, query, asked.from, asked.to);
  const kept = groups.slice(0, limit.count);
  const attributes = {
    series: kept.map(({ tags }) => ({
      group_tags: tags,
      query_index: 0,
      unit: unit === '' ? null : [{ family: 'any', name: unit, plural: `${unit}s`, scale_factor: 1 }, null],
    })),
    times,
    values: kept.map(({ values }) => values),
  };
  return { data: { type: 'timeseries_response', id: '0', attributes } };
}

function relationsPage(relations: [string, string][], params: URLSearchParams): object {
  const offset = Number(params.get('page[offset]') ?? 0);
  const limit = Math.min(Number(params.get('page[limit]') ?? PAGE_OF_RELATIONS), PAGE_OF_RELATIONS);
  const entity = (name: string) => ({ kind: 'service', name, namespace: 'default' });
  return {
    meta: { count: relations.length },
    data: relations.slice(offset, offset + limit).map(([from, to]) => ({
      id: `service:default/${from}:RelationTypeDependsOn:service:default/${to}`,
      type: 'relation',
      attributes: { from: entity(from), to: entity(to), type: params.get('filter[type]') },
    })),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
