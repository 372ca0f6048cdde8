/** Every source of telemetry and changes, away, silent, forbidden, malformed and empty in turn; and what a finding says of it. */
import { describe, expect, it } from 'vitest';
import { argocdChanges } from '../../src/adapters/argocd/index.ts';
import { datadogSources } from '../../src/adapters/datadog/index.ts';
import type { World } from '../../src/adapters/folder/index.ts';
import { githubChanges } from '../../src/adapters/github/index.ts';
import { jaegerTopology, jaegerTraces } from '../../src/adapters/jaeger/index.ts';
import { kubernetesChanges } from '../../src/adapters/kubernetes/index.ts';
import { lokiLogs } from '../../src/adapters/loki/index.ts';
import { prometheusMetrics } from '../../src/adapters/prometheus/index.ts';
import { tempoTraces } from '../../src/adapters/tempo/index.ts';
import type { Answer } from '../../src/sre/ports/answer.ts';
import { investigate } from '../kit/investigate.ts';
import { NOW, noise, smallWorld } from '../kit/small-world.ts';
import { stubApi } from '../kit/stub-api.ts';

type Ports = Partial<Pick<World, 'metrics' | 'logs' | 'changes' | 'topology' | 'traces'>>;
interface Source {
  name: string;
  ports(url: string): Ports;
  /** What the real one answers when it holds nothing. */
  empty(path: string): unknown;
  /** The tools that must be named in the finding. */
  tool: string;
}

const now = () => new Date(NOW);
const range = { start: new Date(NOW - 3_600_000).toISOString(), end: now().toISOString() };
const signal = AbortSignal.timeout(60_000);
const TIMEOUT = { timeoutMs: 120 };
const at = (url: string) => ({ url, now, ...TIMEOUT });
const datadog = (url: string) =>
  datadogSources({ site: 'datadoghq.eu', apiKey: 'api-key', appKey: 'app-key', apiUrl: url, now, ...TIMEOUT });
const prometheus = (path: string) => ({
  status: 'success',
  data: path.includes('/query') ? { resultType: 'matrix', result: [] } : path.includes('/metadata') ? {} : [],
});

const SOURCES: Source[] = [
  {
    name: 'prometheus',
    ports: (url) => ({ metrics: prometheusMetrics(at(url)) }),
    empty: prometheus,
    tool: 'list_metrics',
  },
  {
    name: 'loki',
    ports: (url) => ({ logs: lokiLogs(at(url)) }),
    empty: (path) => ({
      status: 'success',
      data: path.includes('/query') ? { resultType: 'streams', result: [] } : [],
    }),
    tool: 'search_logs',
  },
  {
    name: 'tempo',
    ports: (url) => ({ traces: tempoTraces(at(url)) }),
    empty: () => ({ traces: [] }),
    tool: 'search_traces',
  },
  {
    name: 'jaeger',
    ports: (url) => ({ traces: jaegerTraces(at(url)) }),
    empty: () => ({ data: [] }),
    tool: 'search_traces',
  },
  {
    name: 'jaeger',
    ports: (url) => ({ topology: jaegerTopology(at(url)) }),
    empty: () => ({ data: [] }),
    tool: 'get_service_graph',
  },
  {
    name: 'datadog',
    ports: (url) => ({ metrics: datadog(url).metrics }),
    empty: () => ({ metrics: [], data: [], from: '0' }),
    tool: 'list_metrics',
  },
  { name: 'datadog', ports: (url) => ({ logs: datadog(url).logs }), empty: () => ({ data: [] }), tool: 'search_logs' },
  {
    name: 'datadog',
    ports: (url) => ({ changes: datadog(url).changes }),
    empty: () => ({ data: [] }),
    tool: 'get_recent_changes',
  },
  {
    name: 'datadog',
    ports: (url) => ({ topology: datadog(url).topology }),
    empty: () => ({ data: [] }),
    tool: 'get_service_graph',
  },
  {
    name: 'github',
    ports: (url) => ({
      changes: githubChanges({ token: 'ghp_x', repository: 'acme/shop', baseUrl: url, now, ...TIMEOUT }),
    }),
    empty: () => [],
    tool: 'get_recent_changes',
  },
  {
    name: 'kubernetes',
    ports: (url) => ({ changes: kubernetesChanges({ token: 'x', ...at(url) }) }),
    empty: () => ({ metadata: {}, items: [] }),
    tool: 'get_recent_changes',
  },
  {
    name: 'argocd',
    ports: (url) => ({ changes: argocdChanges({ token: 'x', ...at(url) }) }),
    empty: () => ({ items: null }),
    tool: 'get_recent_changes',
  },
];

/** The question that an investigation begins with. */
function ask({ metrics, logs, changes, topology, traces }: Ports): Promise<Answer<unknown>> {
  if (metrics !== undefined) return metrics.list({ match: '', service: null, limit: 20 }, signal);
  if (changes !== undefined) return changes.list({ range, service: null, kinds: [], limit: 20 }, signal);
  if (topology !== undefined) return topology.graph(signal);
  const { service, limit } = { service: 'web', limit: 20 };
  const trace = { ...{ service, limit, range }, ...{ operation: null, minDurationMs: null, errorsOnly: false } };
  if (traces !== undefined) return traces.search(trace, signal);
  const lines = {
    ...{ service: null, limit, range, text: '' },
    ...{ regex: false, level: null, order: 'asc' as const },
  };
  if (logs !== undefined) return logs.search(lines, signal);
  throw new Error('there is no port');
}

const FAULTS = [
  ['slow', () => () => {}, 'timeout'],
  ['forbidden', () => ({ status: 403, json: { message: 'not for you' } }), 'forbidden'],
  ['malformed', () => ({ text: '<html>', headers: { 'content-type': 'text/html' } }), 'malformed'],
] as const;

const named = SOURCES.map((source) => [source.name, source.tool, source] as const);

describe.each(named)('%s, asked by %s', (name, tool, source) => {
  it.each(FAULTS)('%s: could not look', async (_what, answer, why) => {
    await using server = await stubApi(answer);
    expect(await ask(source.ports(server.url))).toMatchObject({
      ...{ status: 'unavailable', why },
      source: expect.stringContaining(name),
      detail: expect.stringMatching(/.{10}/),
    });
  });

  it('away: could not look, and the finding says so without a word that its evidence does not hold', async () => {
    const ports = source.ports('http://127.0.0.1:9');
    expect(await ask(ports)).toMatchObject({ status: 'unavailable', why: 'unreachable' });
    const { finding, sentBack } = await investigate({ ...shop(), ...ports });
    expect(sentBack).toEqual([]);
    expect(finding?.could_not_access.join('\n')).toMatch(new RegExp(`${tool}: could not look \\(unreachable\\)`));
    if (tool === 'get_recent_changes') expect(finding?.cause?.change_id ?? null).toBeNull();
  });

  it('empty: an answer that says what its emptiness means, or that nobody may see anything', async () => {
    await using server = await stubApi(({ path }) => ({ json: source.empty(path) }));
    const answer = await ask(source.ports(server.url));
    if (answer.status === 'unavailable') expect([name, answer.why]).toEqual(['argocd', 'forbidden']);
    else expect(answer.data).toEqual(tool === 'search_logs' ? { lines: [], total: 0 } : []);
  });
});

/** Checkout is slow since a deploy; all that is not asked of the source in question is there. */
function shop(): World {
  return smallWorld({
    alert: { name: 'WebSlow', service: 'web', summary: 'web latency p99 above 1s' },
    graph: { web: ['db'], db: [] },
    series: [
      {
        ...{ metric: 'rpc_duration_seconds', type: 'summary', unit: 'seconds' },
        ...{ labels: { service: 'web', quantile: '0.99' }, at: (m: number) => (m < 30 ? 2 : 0.2) + 0.01 * noise(2, m) },
      },
    ],
    changes: [
      {
        ...{ id: 'rel-1', service: 'web', minutesAgo: 31, title: 'web: release' },
        diff: '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n',
      },
    ],
    traces: [],
  });
}
