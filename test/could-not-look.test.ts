/**
 * Each source of telemetry in each trouble, under the whole investigation: the finding names the tool and the reason,
 * accuses nobody, and does not take the silence for health. Nothing is there at all: that is an answer, and is told apart.
 */
import { describe, expect, test } from 'vitest';
import { datadogSources } from '../src/adapters/datadog/index.ts';
import type { World } from '../src/adapters/folder/index.ts';
import { jaegerTopology, jaegerTraces } from '../src/adapters/jaeger/index.ts';
import { lokiLogs } from '../src/adapters/loki/index.ts';
import { prometheusMetrics } from '../src/adapters/prometheus/index.ts';
import { tempoTraces } from '../src/adapters/tempo/index.ts';
import { loadTools } from '../src/tools.ts';
import { investigate, toolWorld } from './kit/investigate.ts';
import { NOW, noise, smallWorld } from './kit/small-world.ts';
import { stubApi } from './kit/stub-api.ts';

const now = () => new Date(NOW);
const account = { site: 'datadoghq.eu', apiKey: 'a', appKey: 'b', now };
const calm = smallWorld({
  alert: { name: 'Slow', service: 'billing', summary: 'slow' },
  graph: { portal: ['billing'], billing: [] },
  series: ['billing', 'portal'].map((service, seed) => ({
    ...{ metric: 'latency_seconds', labels: { service } },
    at: (minute: number) => 0.2 + 0.001 * noise(seed, minute),
  })),
  changes: [],
});

/** What one adapter brings in place of the world's own; the tool that shows it. */
const SOURCES: [string, string, (url: string) => Partial<World>][] = [
  ['Prometheus', 'list_metrics', (url) => ({ metrics: prometheusMetrics({ url, now }) })],
  ['Loki', 'search_logs', (url) => ({ logs: lokiLogs({ url, now }) })],
  ['Jaeger', 'get_service_graph', (url) => ({ topology: jaegerTopology({ url, now }) })],
  ["Datadog's metrics", 'list_metrics', (apiUrl) => ({ metrics: datadogSources({ ...account, apiUrl }).metrics })],
  ["Datadog's logs", 'search_logs', (apiUrl) => ({ logs: datadogSources({ ...account, apiUrl }).logs })],
  [
    "Datadog's catalog",
    'get_service_graph',
    (apiUrl) => ({ topology: datadogSources({ ...account, apiUrl }).topology }),
  ],
  ["Datadog's events", 'get_recent_changes', (apiUrl) => ({ changes: datadogSources({ ...account, apiUrl }).changes })],
];
const TROUBLES: [string, Awaited<ReturnType<Parameters<typeof stubApi>[0]>>, string][] = [
  ['unavailable', { status: 503, text: 'upstream is gone' }, 'unreachable'],
  ['slow', { status: 504, text: 'took too long' }, 'timeout'],
  ['forbidden', { status: 403, text: '{"errors":["Forbidden"]}' }, 'forbidden'],
  ['malformed', { text: '<html>log in</html>' }, 'malformed'],
];

describe.each(SOURCES)('%s', (_source, tool, bring) => {
  test.each(TROUBLES)('%s: the finding says that it could not look, and why', async (_trouble, fault, why) => {
    await using server = await stubApi(() => fault);
    const { finding, sentBack } = await investigate({ ...calm, ...bring(server.url) });
    expect(sentBack).toEqual([]);
    const said = finding?.could_not_access.find((line) => line.includes(tool)) ?? '';
    expect(said).toContain(why);
    expect(finding?.cause?.change_id ?? null).toBeNull();
  });
});

describe.each<[string, string, object, (url: string) => Partial<World>]>([
  ...SOURCES.map(([source, tool, bring]): [string, string, object, typeof bring] => [source, tool, {}, bring]),
  ["Jaeger's traces", 'search_traces', { service: 'web' }, (url) => ({ traces: jaegerTraces({ url, now }) })],
  ["Tempo's traces", 'search_traces', { service: 'web' }, (url) => ({ traces: tempoTraces({ url, now }) })],
  ["a trace of Jaeger's", 'get_trace', { trace_id: '1a' }, (url) => ({ traces: jaegerTraces({ url, now }) })],
  ["a trace of Tempo's", 'get_trace', { trace_id: '1a' }, (url) => ({ traces: tempoTraces({ url, now }) })],
])('a tool over %s', (_source, name, input, bring) => {
  test.each(TROUBLES)('that is %s tells the model that it could not look, and why', async (_trouble, fault, why) => {
    await using server = await stubApi(() => fault);
    const tool = (await loadTools()).get(name);
    if (tool?.effect !== 'read') throw new Error(`${name} is no read tool`);
    const result = await tool.run(tool.input.parse(input), toolWorld({ ...calm, ...bring(server.url) }));
    expect(result).toMatchObject({
      ok: false,
      kind: 'unavailable',
      error: expect.stringContaining(`could not look (${why})`),
    });
  });
});
