/** The endpoints of Loki that are used, with their answers checked. Times are nanoseconds; ends are exclusive. */
import { z } from 'zod';
import { fetchJson, type JsonServer } from '../../lib/fetch-json.ts';
import { inForm } from '../../lib/in-form.ts';

export interface Entry {
  at: bigint;
  /** Labels of the stream, and structured metadata among them. */
  labels: Record<string, string>;
  line: string;
}
export interface Span {
  from: bigint;
  to: bigint;
}
export interface LokiApi {
  /** Names of stream labels in the time. */
  labels(span: Span): Promise<string[]>;
  values(label: string, span: Span): Promise<string[]>;
  /** At most `limit` lines of the beginning of the span, or of its end when `newestFirst`, in that order. */
  lines(logql: string, span: Span, limit: number, newestFirst: boolean, signal: AbortSignal): Promise<Entry[]>;
  /** How many lines there are. */
  count(logql: string, span: Span, signal: AbortSignal): Promise<number>;
}

const status = z.literal('success');
/** Without a single label Loki leaves `data` out. */
const names = z.object({ status, data: z.array(z.string()).nullish() });
const streams = z.object({
  status,
  data: z.object({
    resultType: z.literal('streams'),
    result: z.array(
      z.object({
        stream: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.string().regex(/^\d+$/), z.string()]).rest(z.unknown())),
      }),
    ),
  }),
});
const vector = z.object({
  status,
  data: z.object({
    resultType: z.literal('vector'),
    result: z.array(z.object({ value: z.tuple([z.unknown(), z.string()]) })),
  }),
});

const PREFIX = '/loki/api/v1/';
const MILLISECOND = 1_000_000n;

export function lokiApi(
  server: JsonServer,
  limited: <Result>(work: () => Promise<Result>) => Promise<Result>,
): LokiApi {
  /** What several questions share must not end with the one that asked first. */
  const shared = new AbortController().signal;

  async function ask<Body>(
    path: string,
    params: Record<string, string>,
    shape: z.ZodType<Body>,
    signal: AbortSignal,
  ): Promise<Body> {
    const body = await limited(() => fetchJson(server, PREFIX + path, new URLSearchParams(params), signal));
    return inForm(shape, body, PREFIX + path, 'Loki');
  }

  return {
    labels: async (span) => (await ask('labels', between(span), names, shared)).data ?? [],
    values: async (label, span) =>
      (await ask(`label/${encodeURIComponent(label)}/values`, between(span), names, shared)).data ?? [],
    async lines(query, span, limit, newestFirst, signal) {
      const direction = newestFirst ? 'backward' : 'forward';
      const params = { query, ...between(span), limit: String(limit), direction };
      const { data } = await ask('query_range', params, streams, signal);
      const entries = data.result.flatMap(({ stream, values }) =>
        values.map(([at, line]): Entry => ({ at: BigInt(at), labels: stream, line })),
      );
      return entries.toSorted((left, right) => (newestFirst ? order(right.at, left.at) : order(left.at, right.at)));
    },
    async count(logql, { from, to }, signal) {
      // A range reaches from its beginning, not included, to its end, included: both one earlier than a span.
      const length = (to - from + MILLISECOND - 1n) / MILLISECOND;
      const query = `sum(count_over_time(${logql} [${length}ms]))`;
      const { data } = await ask('query', { query, time: String(to - 1n) }, vector, signal);
      return Number(data.result[0]?.value[1] ?? 0);
    },
  };
}

function between({ from, to }: Span): { start: string; end: string } {
  return { start: String(from), end: String(to) };
}

function order(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
