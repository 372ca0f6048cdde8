/** A world made of functions of the minute: for planting a signal and seeing whether it is found. */
import type { World } from '../../src/adapters/folder/index.ts';
import type { Change } from '../../src/sre/change.ts';
import type { Answer } from '../../src/sre/ports/answer.ts';
import type { PastAlert, PastIncident } from '../../src/sre/ports/history.ts';
import type { LogLine } from '../../src/sre/ports/logs.ts';
import type { MetricInfo, MetricQuery, Series } from '../../src/sre/ports/metrics.ts';
import type { Trace } from '../../src/sre/ports/traces.ts';

const MINUTE = 60_000;
export const NOW = Date.UTC(2026, 4, 12, 15, 0);

export interface Planted {
  metric: string;
  type?: MetricInfo['type'];
  unit?: string;
  labels: Record<string, string>;
  /** Value at so many minutes before now; null for no sample. */
  at(minutesAgo: number): number | null;
}
type Feed = 'metrics' | 'logs' | 'changes' | 'topology' | 'traces';
export interface SmallWorld {
  alert: { name: string; service: string; summary: string };
  series: Planted[];
  changes: (Partial<Change> & { id: string; minutesAgo: number; diff?: string })[];
  graph: Record<string, string[]>;
  logs?: { minutesAgo: number; service: string; level: string; message: string }[];
  traces?: Trace[];
  alerts?: PastAlert[];
  incidents?: PastIncident[];
  without?: Feed[];
}

export function smallWorld(plan: SmallWorld): World {
  const lost = (name: Feed): Answer<never> | null => (plan.without?.includes(name) === true ? absent(name) : null);
  const lines = (plan.logs ?? []).map(
    (line): LogLine => ({ ...line, time: new Date(NOW - line.minutesAgo * MINUTE).toISOString(), attributes: {} }),
  );
  const changes = plan.changes.map(changeOf);
  return {
    name: 'small',
    summary: '',
    now: new Date(NOW),
    simulated: true,
    alertSource: 'alertmanager',
    alert: Buffer.from(JSON.stringify(alertBody(plan))),
    repoBundle: null,
    metrics: {
      list: async ({ match }) => lost('metrics') ?? ok(infos(plan.series).filter(({ name }) => name.includes(match))),
      query: async (query) => lost('metrics') ?? ok(answerQuery(plan.series, query)),
    },
    logs: {
      search: async (query) => {
        const found = matching(lines, query);
        return lost('logs') ?? ok({ lines: found.slice(0, query.limit), total: found.length });
      },
      scan: async (query) => lost('logs') ?? ok(stream(matching(lines, query))),
      newest: async ({ service, range }) => {
        const any = { service, range, text: '', regex: false, level: null };
        return lost('logs') ?? ok(matching(lines, any).at(-1)?.time ?? null);
      },
    },
    changes: {
      list: async ({ range, limit, kinds, service }) =>
        lost('changes') ??
        ok(
          changes
            .filter(({ time }) => time >= range.start && time <= range.end)
            .filter((change) => kinds.length === 0 || kinds.includes(change.kind))
            .filter((change) => service === null || change.service === service)
            .slice(0, limit),
        ),
      diff: async (id) => {
        const gone = lost('changes');
        if (gone !== null) return gone;
        const change = changes.find((one) => one.id === id);
        const diff = plan.changes.find((one) => one.id === id)?.diff ?? null;
        return change === undefined
          ? { status: 'unavailable', source: 'small changes', why: 'bad_query', detail: `no change ${id}` }
          : ok({ change, diff });
      },
    },
    traces: {
      search: async ({ range, limit }) =>
        lost('traces') ??
        ok((plan.traces ?? []).filter((trace) => isWithin(trace.spans[0]?.start ?? 0, range)).slice(0, limit)),
      newest: async ({ range }) => {
        const began = (plan.traces ?? []).map(({ spans }) => spans[0]?.start ?? 0).filter((at) => isWithin(at, range));
        return lost('traces') ?? ok(began.length === 0 ? null : new Date(Math.max(...began)).toISOString());
      },
      get: async (id) => lost('traces') ?? ok(plan.traces?.find((trace) => trace.id === id) ?? null),
    },
    pastAlerts: { list: async () => (plan.alerts === undefined ? absent('past alerts') : ok(plan.alerts)) },
    pastIncidents: { list: async () => (plan.incidents === undefined ? absent('past incidents') : ok(plan.incidents)) },
    topology: {
      graph: async () =>
        lost('topology') ?? ok(Object.entries(plan.graph).map(([name, dependsOn]) => ({ name, dependsOn }))),
    },
  };
}

function absent(what: string): Answer<never> {
  return { status: 'unavailable', source: `small ${what}`, why: 'not_configured', detail: `this world has no ${what}` };
}

function isWithin(at: number, { start, end }: { start: string; end: string }): boolean {
  return at >= Date.parse(start) && at <= Date.parse(end);
}

/** Noise of about one, the same for the same seed and minute. */
export function noise(seed: number, minute: number): number {
  let sum = 0;
  for (let i = 0; i < 4; i++) {
    const x = Math.sin((seed + 1) * 12.9898 + minute * 78.233 + i * 37.719) * 43758.5453;
    sum += x - Math.floor(x);
  }
  return (sum - 2) * 1.7;
}

function ok<Data>(data: Data): Answer<Data> {
  return { status: 'ok', data, source: 'small world', range: null, truncated: false, warnings: [], url: null };
}

function changeOf(planned: SmallWorld['changes'][number]): Change {
  return {
    kind: 'deploy',
    service: null,
    actor: 'someone',
    title: planned.id,
    ref: null,
    hasDiff: planned.diff !== undefined,
    time: new Date(NOW - planned.minutesAgo * MINUTE).toISOString(),
    ...planned,
  };
}

function alertBody({ alert }: SmallWorld) {
  const labels = { alertname: alert.name, service: alert.service, severity: 'critical' };
  const annotations = { summary: alert.summary };
  const startsAt = new Date(NOW - MINUTE).toISOString();
  return {
    version: '4',
    groupKey: 'small',
    status: 'firing',
    receiver: 'vigil',
    groupLabels: {},
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'http://alerts.example.net',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations,
        startsAt,
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://p.example.net',
        fingerprint: 'f1',
      },
    ],
  };
}

function infos(series: readonly Planted[]): MetricInfo[] {
  return [...new Set(series.map(({ metric }) => metric))].map((name) => {
    const own = series.filter(({ metric }) => metric === name);
    const keys = [...new Set(own.flatMap(({ labels }) => Object.keys(labels)))];
    const values = (key: string): string[] => [...new Set(own.flatMap(({ labels }) => labels[key] ?? []))];
    return {
      name,
      type: own[0]?.type ?? 'gauge',
      help: '',
      unit: own[0]?.unit ?? '',
      labels: Object.fromEntries(keys.map((key) => [key, values(key)])),
      series: own.length,
    };
  });
}

function answerQuery(series: readonly Planted[], query: MetricQuery): Series[] {
  const own = series.filter(
    ({ metric, labels }) =>
      metric === query.metric && Object.entries(query.labels).every(([key, value]) => labels[key] === value),
  );
  const keysOf = (labels: Record<string, string>) =>
    query.aggregate === 'none' ? Object.keys(labels).toSorted() : query.groupBy;
  const groups = groupBy(own, ({ labels }) => JSON.stringify(keysOf(labels).map((key) => [key, labels[key]])));
  return [...groups].slice(0, query.limit).map(([key, members]) => {
    const labels = Object.fromEntries(JSON.parse(key).filter((pair: [string, string | null]) => pair[1] != null));
    const points = minutesOf(query).flatMap((ms): [number, number][] => {
      const values = members.flatMap((member) => member.at((NOW - ms) / MINUTE) ?? []);
      return values.length === 0 ? [] : [[ms, join(values, query.aggregate)]];
    });
    const last = points.at(-1)?.[0];
    const lastSampleAt = last === undefined ? null : new Date(last).toISOString();
    return { metric: query.metric, labels, unit: members[0]?.unit ?? '', points, lastSampleAt };
  });
}

function minutesOf({ range, stepSeconds }: MetricQuery): number[] {
  const start = Date.parse(range.start);
  const count = Math.floor((Date.parse(range.end) - start) / 1000 / stepSeconds);
  return Array.from({ length: count + 1 }, (_, i) => start + i * stepSeconds * 1000);
}

function join(values: number[], aggregate: MetricQuery['aggregate']): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (aggregate === 'max') return Math.max(...values);
  return aggregate === 'sum' || aggregate === 'none' ? sum : sum / values.length;
}

function matching(
  lines: readonly LogLine[],
  query: { service: string | null; text: string; level: string | null; range: { start: string; end: string } },
): LogLine[] {
  return lines
    .filter(
      ({ time }) => Date.parse(time) >= Date.parse(query.range.start) && Date.parse(time) < Date.parse(query.range.end),
    )
    .filter(({ service }) => query.service === null || service === query.service)
    .filter(({ level }) => query.level === null || level === query.level)
    .filter(({ message }) => message.toLowerCase().includes(query.text.toLowerCase()))
    .toSorted((a, b) => a.time.localeCompare(b.time));
}

async function* stream(lines: readonly LogLine[]): AsyncGenerator<LogLine> {
  yield* lines;
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
