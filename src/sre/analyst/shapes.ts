/** The tools' answers as the analyst reads them. Parsed, because they come back through a log and another process. */
import { z } from 'zod';

const stats = z.record(z.string(), z.number());

export const metricInfos = z.object({
  metrics: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      unit: z.string(),
      help: z.string(),
      labels: z.record(z.string(), z.array(z.string())),
      series: z.number(),
    }),
  ),
});
export type MetricInfo = z.infer<typeof metricInfos>['metrics'][number];

export const change = z.object({
  id: z.string(),
  kind: z.string(),
  service: z.string().nullable(),
  time: z.string(),
  actor: z.string(),
  title: z.string(),
  ref: z.string().nullable(),
  has_diff: z.boolean(),
});
export type Change = z.infer<typeof change>;
/** One of several sources behind an answer. */
const look = z.object({
  source: z.string(),
  status: z.string(),
  why: z.string().optional(),
  detail: z.string().optional(),
});
export const changes = z.object({ changes: z.array(change), window_hours: z.number() });
export const looks = z.object({ sources: z.array(look) });

const sides = z.object({ before: z.number(), after: z.number() });
const operation = z.object({ service: z.string(), operation: z.string(), self_ms: sides, error_share: sides });
/** Operations compared; of one moment, they have no sides and are not read. */
export const tracesCompared = z.object({ traces_read: sides, operations: z.array(operation) });
export type ComparedOperation = z.infer<typeof operation>;

export const graph = z.object({
  services: z.array(z.object({ name: z.string(), depends_on: z.array(z.string()), called_by: z.array(z.string()) })),
});

const changeReport = z.object({
  at: z.string(),
  plus_minus_minutes: z.number(),
  kind: z.enum(['level', 'slope']),
  from: z.number(),
  to: z.number(),
  ratio: z.number().nullable(),
  per_hour: z.number(),
  confidence: z.number(),
  began_before_window: z.boolean(),
  resets: z.array(z.string()),
  segments: z.array(z.object({ start: z.string(), end: z.string(), per_hour: z.number() })),
});
const series = z.object({
  labels: z.record(z.string(), z.string()),
  points: z.array(z.tuple([z.string(), z.number()])),
  stats: stats.nullable(),
  before: stats.nullable(),
  after: stats.nullable(),
  change: changeReport.nullable(),
  compared: z
    .object({
      at: z.string(),
      before_median: z.number(),
      after_median: z.number(),
      ratio: z.number().nullable(),
      shift_score: z.number(),
      max_score: z.number(),
    })
    .nullable(),
  last_window: z
    .object({ start: z.string(), end: z.string(), median: z.number(), near: z.enum(['before', 'after', 'neither']) })
    .nullable(),
  last_sample_at: z.string().nullable(),
  stale: z.boolean(),
  stuck_since: z.string().nullish(),
});
export type SeriesFact = z.infer<typeof series>;
export const metrics = z.object({
  metric: z.string(),
  type: z.string(),
  unit: z.string(),
  /** The one that was read, of a metric that has several. */
  quantile: z.string().nullable(),
  series: z.array(series),
});

const pattern = z.object({
  template: z.string(),
  service: z.string(),
  level: z.string(),
  count: z.number(),
  rate_per_minute: z.number(),
  baseline_count: z.number(),
  baseline_rate_per_minute: z.number(),
  status: z.enum(['new', 'vanished', 'more', 'fewer', 'same', 'unknown']),
  first: z.string(),
  last: z.string(),
  sample: z.string(),
  score: z.number(),
});
export type Pattern = z.infer<typeof pattern>;
export const patterns = z.object({ patterns: z.array(pattern) });

const reach = z.object({
  is: z.string(),
  of: z.string().optional(),
  newest: z.string().nullable(),
  late: z.array(z.object({ source: z.string(), newest: z.string() })).optional(),
});
/** How far the log or the traces that were searched reach. */
export const reaches = z.object({ log: reach.optional(), store: reach.optional() });

export const lines = z.object({
  lines: z.array(
    z.object({
      time: z.string(),
      service: z.string(),
      level: z.string(),
      message: z.string(),
      attributes: z.record(z.string(), z.string()),
    }),
  ),
});
export type Line = z.infer<typeof lines>['lines'][number];

export const diff = z.object({
  change: z.object({ id: z.string() }),
  files: z.array(z.string()),
  diff: z.string().nullable(),
});
