/** The endpoints of the query API that are used, with their answers checked. All times are milliseconds. */
import { z } from 'zod';
import { fetchJson, type JsonServer } from '../../lib/fetch-json.ts';
import { NoAnswer } from '../../lib/no-answer.ts';
import type { Metadata } from './family.ts';

export type Labels = Record<string, string>;
export interface Row {
  labels: Labels;
  /** Milliseconds and value; what is not a finite number is not here. */
  points: [number, number][];
  /** Samples that were NaN or infinite. */
  unusable: number;
}
export interface Rows {
  rows: Row[];
  warnings: string[];
}

export interface PrometheusApi {
  /** Names of metrics with series in the time; `matches` are selectors, any of which suffices; none means all. */
  names(matches: string[], from: number, to: number): Promise<string[]>;
  /** By metric, what exporters say of it. Empty where the server keeps none. */
  metadata(): Promise<Metadata>;
  /** Label sets, without the values of samples. */
  series(matches: string[], from: number, to: number): Promise<Labels[]>;
  /** One point per row; a selector with a range gives the samples themselves. */
  instant(expression: string, at: number, signal: AbortSignal): Promise<Rows>;
  range(
    expression: string,
    grid: { from: number; to: number; stepMs: number },
    most: number,
    signal: AbortSignal,
  ): Promise<Rows>;
}

const envelope = z.object({
  status: z.literal('success'),
  data: z.unknown(),
  warnings: z.array(z.string()).nullish(),
  infos: z.array(z.string()).nullish(),
});
const labels = z.record(z.string(), z.string());
const rows = z.object({
  result: z.array(
    z.object({ metric: labels, value: z.array(z.unknown()).optional(), values: z.array(z.unknown()).optional() }),
  ),
});
const told = z.object({
  type: z.string().default('unknown'),
  help: z.string().default(''),
  unit: z.string().default(''),
});

const SERVER_TIMEOUT = '14s';
const MOST_WARNINGS = 10;

export function prometheusApi(
  server: JsonServer,
  limited: <Result>(work: () => Promise<Result>) => Promise<Result>,
): PrometheusApi {
  /** What several questions share must not end with the one that asked first. */
  const shared = new AbortController().signal;

  async function ask<Data>(
    path: string,
    params: [string, string][],
    shape: z.ZodType<Data>,
    signal: AbortSignal,
  ): Promise<{ data: Data; warnings: string[] }> {
    const body = await limited(() => fetchJson(server, `/api/v1/${path}`, new URLSearchParams(params), signal));
    const answer = envelope.safeParse(body);
    const data = shape.safeParse(answer.data?.data);
    if (!answer.success || !data.success) {
      throw new NoAnswer(`/api/v1/${path} answers in another form than Prometheus does`, { why: 'malformed' });
    }
    const warnings = [...(answer.data.warnings ?? []), ...(answer.data.infos ?? [])].slice(0, MOST_WARNINGS);
    return { data: data.data, warnings };
  }

  return {
    async names(matches, from, to) {
      const params: [string, string][] = [...selected(matches), ...between(from, to)];
      return (await ask('label/__name__/values', params, z.array(z.string()), shared)).data;
    },
    async metadata() {
      const shape = z.record(z.string(), z.array(told));
      const { data } = await ask('metadata', [['limit_per_metric', '1']], shape, shared);
      return new Map(Object.entries(data).flatMap(([name, [first]]) => (first === undefined ? [] : [[name, first]])));
    },
    async series(matches, from, to) {
      const params: [string, string][] = [...selected(matches), ...between(from, to)];
      return (await ask('series', params, z.array(labels), shared)).data;
    },
    async instant(expression, at, signal) {
      const params: [string, string][] = [
        ['query', expression],
        ['time', seconds(at)],
        ['timeout', SERVER_TIMEOUT],
      ];
      return rowsOf(await ask('query', params, rows, signal));
    },
    async range(expression, { from, to, stepMs }, most, signal) {
      const params: [string, string][] = [
        ['query', expression],
        ['start', seconds(from)],
        ['end', seconds(to)],
        ['step', seconds(stepMs)],
        ['timeout', SERVER_TIMEOUT],
        // Older servers answer with all of them.
        ['limit', String(most + 1)],
      ];
      return rowsOf(await ask('query_range', params, rows, signal));
    },
  };
}

function rowsOf({ data, warnings }: { data: z.infer<typeof rows>; warnings: string[] }): Rows {
  return {
    warnings,
    rows: data.result.map(({ metric, value, values }) => {
      const { __name__: _name, ...own } = metric;
      const samples = (values ?? (value === undefined ? [] : [value])).map(sample);
      const points = samples.filter(([, number]) => Number.isFinite(number));
      return { labels: own, points, unusable: samples.length - points.length };
    }),
  };
}

/** Values are text: "1.5", "NaN", "+Inf". */
function sample(pair: unknown): [number, number] {
  const [at, value]: unknown[] = Array.isArray(pair) ? pair : [];
  if (typeof at !== 'number' || typeof value !== 'string')
    throw new NoAnswer('a sample is not [time, "value"]', { why: 'malformed' });
  return [Math.round(at * 1000), Number(value)];
}

function selected(matches: string[]): [string, string][] {
  return matches.map((match) => ['match[]', match]);
}

function between(from: number, to: number): [string, string][] {
  return [
    ['start', seconds(from)],
    ['end', seconds(to)],
  ];
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
