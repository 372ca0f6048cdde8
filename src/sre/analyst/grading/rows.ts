/** The rows of evidence as a second reader takes them: parsed leniently, because an excerpt may have lost some. */
import { z } from 'zod';
import type { Question } from '../../reviewing/question.ts';
import { tallies } from '../past.ts';
import { change, diff, graph, lines, metrics, patterns } from '../shapes.ts';

const seriesRow = z.object({
  labels: z.record(z.string(), z.string()),
  points: z.array(z.tuple([z.string(), z.number()])),
});
const metricData = metrics.pick({ metric: true }).extend({ series: z.array(z.unknown()) });
const listed = (key: string) => z.object({ [key]: z.array(z.unknown()) });

export interface Series {
  evidence: string;
  metric: string;
  labels: Record<string, string>;
  /** Milliseconds and value, oldest first. */
  points: [number, number][];
}
export interface Rows {
  series: Series[];
  patterns: (z.infer<typeof patterns>['patterns'][number] & { evidence: string })[];
  lines: (z.infer<typeof lines>['lines'][number] & { evidence: string })[];
  changes: (z.infer<typeof change> & { evidence: string })[];
  diffs: { evidence: string; change: string; added: string[]; removed: string[]; kept: string[] }[];
  /** How often each alert fired. */
  alerts: (z.infer<typeof tallies>['alerts'][number] & { evidence: string })[];
  /** What each service calls. */
  depends: Map<string, readonly string[]>;
  /** Something that was cited is not whole, so that a row that is not there proves nothing. */
  cut: boolean;
}

export function rowsOf({ id, cut, excerpt }: Question['evidence'][number]): Rows {
  const data = dataIn(excerpt);
  return {
    series: seriesIn(id, data),
    patterns: rowsIn(data, 'patterns', patterns.shape.patterns.element, id),
    lines: rowsIn(data, 'lines', lines.shape.lines.element, id),
    changes: rowsIn(data, 'changes', change, id),
    diffs: diffsIn(id, data),
    alerts: rowsIn(data, 'alerts', tallies.shape.alerts.element, id),
    depends: new Map(
      rowsIn(data, 'services', graph.shape.services.element, id).map(({ name, depends_on }) => [name, depends_on]),
    ),
    cut: cut || data === null,
  };
}

export function together(all: readonly Rows[]): Rows {
  return {
    series: all.flatMap(({ series }) => series),
    patterns: all.flatMap((rows) => rows.patterns),
    lines: all.flatMap((rows) => rows.lines),
    changes: all.flatMap(({ changes }) => changes),
    diffs: all.flatMap(({ diffs }) => diffs),
    alerts: all.flatMap(({ alerts }) => alerts),
    depends: new Map(all.flatMap(({ depends }) => [...depends])),
    cut: all.some(({ cut }) => cut),
  };
}

function dataIn(excerpt: string): unknown {
  try {
    const answer = z.object({ data: z.unknown() }).safeParse(JSON.parse(excerpt));
    return answer.success ? answer.data.data : null;
  } catch {
    return null;
  }
}

function seriesIn(evidence: string, data: unknown): Series[] {
  const read = metricData.safeParse(data);
  if (!read.success) return [];
  return read.data.series.flatMap((row) => {
    const one = seriesRow.safeParse(row);
    if (!one.success) return [];
    const points = one.data.points.map(([at, value]): [number, number] => [Date.parse(at), value]);
    return [{ evidence, metric: read.data.metric, labels: one.data.labels, points }];
  });
}

function rowsIn<Row extends object>(data: unknown, key: string, shape: z.ZodType<Row>, evidence: string) {
  const read = listed(key).safeParse(data);
  const rows = read.success ? (read.data[key] ?? []) : [];
  return rows.flatMap((row) => {
    const one = shape.safeParse(row);
    return one.success ? [{ ...one.data, evidence }] : [];
  });
}

function diffsIn(evidence: string, data: unknown): Rows['diffs'] {
  const read = diff.safeParse(data);
  if (!read.success || read.data.diff === null) return [];
  const body = read.data.diff.split('\n').filter((line) => !/^(?:\+\+\+|---) /.test(line));
  const signed = (sign: string) => body.flatMap((line) => (line.startsWith(sign) ? [line.slice(1).trim()] : []));
  const { id } = read.data.change;
  return [{ evidence, change: id, added: signed('+'), removed: signed('-'), kept: signed(' ') }];
}
