/**
 * Every source of telemetry and changes, and every way in which it fails to tell what it knows: one table, so that a new
 * source is in all the cells with one row.
 */
import { alertmanagerAlerts } from '../../src/adapters/alertmanager/firing.ts';
import { argocdChanges } from '../../src/adapters/argocd/index.ts';
import { datadogSources } from '../../src/adapters/datadog/index.ts';
import type { World } from '../../src/adapters/folder/index.ts';
import { githubChanges } from '../../src/adapters/github/index.ts';
import { jaegerTopology, jaegerTraces } from '../../src/adapters/jaeger/index.ts';
import { kubernetesChanges } from '../../src/adapters/kubernetes/index.ts';
import { lokiLogs } from '../../src/adapters/loki/index.ts';
import { prometheusMetrics } from '../../src/adapters/prometheus/index.ts';
import { tempoTraces } from '../../src/adapters/tempo/index.ts';
import { mergeChanges } from '../../src/sre/merging/merge-changes.ts';
import type { Changes } from '../../src/sre/ports/changes.ts';
import { NOW } from '../kit/small-world.ts';
import type { Asked, stubApi } from '../kit/stub-api.ts';

export type Reply = ReturnType<Parameters<typeof stubApi>[0]>;

export interface SourceRow {
  name: string;
  /** The first question that is asked of it, and the tool that must be named in the finding. */
  tool: string;
  input: object;
  ports(
    url: string,
    timeoutMs: number,
  ): Partial<Pick<World, 'metrics' | 'logs' | 'changes' | 'topology' | 'traces' | 'pastAlerts'>>;
  /** What the real one answers when it holds nothing. */
  empty(path: string): unknown;
  /** The first of several answers that belong together; null where one answer is all. */
  first: ((path: string) => unknown) | null;
  /** What it answers when nothing newer than `STALE` has come to it, and before that there was something all the time. */
  stale?: (asked: Pick<Asked, 'path' | 'body'>) => unknown;
}
/** Before what is asked for without a word about the time. */
export const STALE = new Date(NOW - 70 * 60_000).toISOString();

const now = () => new Date(NOW);
const at = (url: string, timeoutMs: number) => ({ url, now, timeoutMs });
const datadog = (apiUrl: string, timeoutMs: number) =>
  datadogSources({ site: 'datadoghq.eu', apiKey: 'a', appKey: 'b', apiUrl, now, timeoutMs });
/** As they are asked: with others, of which there are none here. */
const alone = (changes: Changes) => ({ changes: mergeChanges([{ name: 'one', port: changes }]) });
const metrics = { tool: 'list_metrics', input: {} };
const logs = { tool: 'search_logs', input: {} };
const changes = { tool: 'get_recent_changes', input: {} };
const graph = { tool: 'get_service_graph', input: {} };
const traces = { tool: 'search_traces', input: { service: 'web' } };
const trace = { tool: 'get_trace', input: { trace_id: '1a' } };
const times = <Item>(count: number, item: (index: number) => Item) => Array.from({ length: count }, (_, i) => item(i));
const minuteAgo = new Date(NOW - 60_000).toISOString();
const streams = (result: unknown[]) => ({ status: 'success', data: { resultType: 'streams', result } });
const loki = (path: string, values: string[][]) => {
  if (path.includes('/query')) return streams(values.length === 0 ? [] : [{ stream: {}, values }]);
  return { status: 'success', data: values.length === 0 ? [] : ['service'] };
};
const nothing = () => ({ data: [] });
const paged = (attributes: object) => () => ({
  data: [{ id: 'AQ1', type: 'x', attributes: { timestamp: minuteAgo, ...attributes } }],
  meta: { page: { after: 'more' } },
});

export const SOURCES: SourceRow[] = [
  {
    ...{ name: 'prometheus', ...metrics, first: null },
    ports: (url, ms) => ({ metrics: prometheusMetrics(at(url, ms)) }),
    empty: (path) => ({
      status: 'success',
      data: path.includes('/query') ? { resultType: 'matrix', result: [] } : path.includes('/metadata') ? {} : [],
    }),
  },
  {
    ...{ name: 'loki', ...logs },
    ports: (url, ms) => ({ logs: lokiLogs(at(url, ms)) }),
    empty: (path) => loki(path, []),
    first: (path) =>
      loki(
        path,
        times(2000, (i) => [`${NOW - 50 * 60_000 + i}000000`, 'x']),
      ),
    stale: ({ path }) => {
      if (!path.includes('/query')) return loki(path, [['', '']]);
      return loki(path, /direction=backward/.test(path) ? [[`${Date.parse(STALE)}000000`, 'x']] : []);
    },
  },
  {
    ...{ name: 'tempo', ...traces },
    ports: (url, ms) => ({ traces: tempoTraces(at(url, ms)) }),
    empty: () => ({ traces: [] }),
    first: () => ({ traces: [{ traceID: '1a' }] }),
    stale: ({ path }) => {
      if (path.startsWith('/api/traces')) return { batches: [] };
      const asked = new URLSearchParams(path.split('?')[1]);
      const at = Math.min(Number(asked.get('end')) * 1000, Date.parse(STALE));
      const held = at >= Number(asked.get('start')) * 1000;
      return { traces: held ? [{ traceID: '1a', startTimeUnixNano: `${at}000000` }] : [] };
    },
  },
  {
    ...{ name: 'tempo', ...trace, first: null },
    ports: (url, ms) => ({ traces: tempoTraces(at(url, ms)) }),
    empty: () => ({ batches: [] }),
  },
  {
    ...{ name: 'jaeger', ...traces, first: null },
    ports: (url, ms) => ({ traces: jaegerTraces(at(url, ms)) }),
    empty: nothing,
    stale: ({ path }) => {
      if (path.startsWith('/api/services')) return { data: ['web', 'jaeger-query'] };
      const span = {
        spanID: '2b',
        operationName: 'x',
        startTime: Date.parse(STALE) * 1000,
        duration: 1,
        processID: 'p',
      };
      const held = { traceID: '1a', spans: [span], processes: { p: { serviceName: 'web' } } };
      return { data: /service=web.*limit=1$/.test(path) ? [held] : [] };
    },
  },
  {
    ...{ name: 'jaeger', ...trace, first: null },
    ports: (url, ms) => ({ traces: jaegerTraces(at(url, ms)) }),
    empty: nothing,
  },
  {
    ...{ name: 'jaeger', ...graph, first: null },
    ports: (url, ms) => ({ topology: jaegerTopology(at(url, ms)) }),
    empty: nothing,
  },
  {
    ...{ name: 'datadog', ...metrics, first: null },
    ports: (url, ms) => ({ metrics: datadog(url, ms).metrics }),
    empty: () => ({ metrics: [], data: [], from: '0' }),
  },
  {
    ...{ name: 'datadog', ...logs },
    ports: (url, ms) => ({ logs: datadog(url, ms).logs }),
    empty: nothing,
    first: paged({ service: 'web', message: 'x' }),
    stale: ({ body }) => ({
      data: /"sort":"-timestamp"/.test(body) ? [{ id: 'AQ1', type: 'log', attributes: { timestamp: STALE } }] : [],
    }),
  },
  {
    ...{ name: 'datadog', ...changes },
    ports: (url, ms) => alone(datadog(url, ms).changes),
    empty: nothing,
    first: paged({ attributes: { title: 'a deploy' } }),
  },
  {
    ...{ name: 'datadog', ...traces },
    ports: (url, ms) => ({ traces: datadog(url, ms).traces }),
    empty: nothing,
    first: paged({
      start_timestamp: minuteAgo,
      end_timestamp: minuteAgo,
      trace_id: '1a',
      span_id: '2b',
      service: 'web',
    }),
    stale: ({ body }) => {
      const span = { start_timestamp: STALE, end_timestamp: STALE, trace_id: '1a', span_id: '2b', service: 'web' };
      return { data: /"limit":1[},]/.test(body) ? [{ id: 'AQ1', type: 'spans', attributes: span }] : [] };
    },
  },
  {
    ...{ name: 'datadog', ...graph },
    ports: (url, ms) => ({ topology: datadog(url, ms).topology }),
    empty: nothing,
    first: () => ({
      data: times(100, (i) => ({
        id: `${i}`,
        type: 'relation',
        attributes: { from: { name: 'a' }, to: { name: 'b' } },
      })),
    }),
  },
  {
    ...{ name: 'github', ...changes },
    ports: (url, ms) =>
      alone(githubChanges({ token: 'ghp_x', repository: 'acme/shop', baseUrl: url, now, timeoutMs: ms })),
    empty: () => [],
    first: () =>
      times(100, (id) => ({
        ...{ id, sha: 'a'.repeat(40), ref: 'main', environment: 'production', description: null },
        ...{ payload: {}, creator: { login: 'ann' }, created_at: minuteAgo },
      })),
  },
  {
    ...{ name: 'kubernetes', ...changes },
    ports: (url, ms) => alone(kubernetesChanges({ token: 'x', ...at(url, ms) })),
    empty: () => ({ metadata: {}, items: [] }),
    first: () => ({ metadata: { continue: 'more' }, items: [] }),
  },
  {
    ...{ name: 'argocd', ...changes, first: null },
    ports: (url, ms) => alone(argocdChanges({ token: 'x', ...at(url, ms) })),
    empty: () => ({ items: null }),
  },
  {
    ...{ name: 'alertmanager', tool: 'list_alerts', input: {}, first: null },
    ports: (url, ms) => ({ pastAlerts: alertmanagerAlerts(at(url, ms)) }),
    empty: () => [],
  },
];

export interface FaultRow {
  name: string;
  reply(): Reply;
  /** Milliseconds for one question. */
  patience?: number;
  /** The word for it, as results carry it; a pattern, where clients tell it differently. */
  why: string;
}

const limit = { 'retry-after': '0', 'x-ratelimit-reset': '0', 'x-ratelimit-remaining': '0' };

export const FAULTS: FaultRow[] = [
  { name: 'unavailable', reply: () => ({ status: 503, text: 'upstream is gone' }), why: 'unreachable' },
  { name: 'silent', reply: () => () => {}, patience: 120, why: 'timeout' },
  { name: 'forbidden', reply: () => ({ status: 403, json: { message: 'not for you' } }), why: 'forbidden' },
  {
    name: 'a page to log in',
    reply: () => ({ text: '<html>', headers: { 'content-type': 'text/html' } }),
    why: 'malformed',
  },
  { name: 'of another form', reply: () => ({ json: { surprise: true } }), why: 'malformed' },
  {
    name: 'limiting us',
    reply: () => ({ status: 429, json: { message: 'API rate limit exceeded' }, headers: limit }),
    why: 'rate_limited',
  },
  {
    name: 'cut off in its answer',
    reply: () => (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
      response.write('{"status":"success","data":[');
      setTimeout(() => response.destroy(), 5);
    },
    why: 'unreachable|malformed',
  },
];
