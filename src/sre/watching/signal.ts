/** What is watched after an incident was acted on: the signal that alerted, or else the one the finding leans on. */
import { z } from 'zod';
import type { Alert } from '../alert.ts';
import type { Evidence } from '../evidence.ts';
import type { Finding } from '../finding.ts';
import type { Incident } from '../incident.ts';
import { readExpression, readMonitorQuery } from './expression.ts';

export interface Signal {
  metric: string;
  /** Exact label matches. */
  labels: Record<string, string>;
  /** `alert`: named by the alert's own rule. `finding`: a series that moved, in the evidence of its first claims. */
  from: 'alert' | 'finding';
}

/** Pure. Null when neither the alerts nor the cited evidence name a series that could be read again. */
export function signalOf(
  { alerts, finding }: Pick<Incident, 'alerts' | 'finding'>,
  evidence: Evidence[],
): Signal | null {
  for (const alert of alerts) {
    const named = ruleOf(alert);
    if (named !== null) return { ...named, from: 'alert' };
  }
  for (const id of citedBy(finding)) {
    const record = evidence.find((one) => one.id === id && one.tool === 'get_metrics');
    const moved = record === undefined ? null : movedSeries(record.content);
    if (moved !== null) return { ...moved, from: 'finding' };
  }
  return null;
}

/** Prometheus puts the rule's expression into the address of its graph; a Datadog monitor sends its query. */
function ruleOf(alert: Alert): Pick<Signal, 'metric' | 'labels'> | null {
  if (alert.source === 'datadog') return readMonitorQuery(alert.annotations.query ?? '');
  const graph = alert.links.find(({ rel }) => rel === 'graph')?.href;
  const expression = graph === undefined ? null : new URL(graph).searchParams.get('g0.expr');
  return expression === null ? null : readExpression(expression);
}

function citedBy(finding: Finding | null): Set<string> {
  return new Set(finding?.claims.flatMap(({ evidence }) => evidence));
}

const record = z.object({
  data: z.object({
    metric: z.string(),
    labels: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    quantile: z.string().nullable(),
    series: z.array(
      z.object({
        labels: z.record(z.string(), z.string()),
        change: z.object({ from: z.number(), to: z.number() }).nullable(),
      }),
    ),
  }),
});

/** Of the series in one record, the one that moved most for its size. */
function movedSeries(content: string): Pick<Signal, 'metric' | 'labels'> | null {
  const read = record.safeParse(parsed(content));
  if (!read.success) return null;
  const { metric, labels, quantile, series } = read.data.data;
  const [most] = series
    .flatMap(({ labels: own, change }) => (change === null ? [] : [{ own, by: share(change) }]))
    .sort((a, b) => b.by - a.by);
  if (most === undefined) return null;
  const exact = Object.entries(labels).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : []));
  return { metric, labels: { ...Object.fromEntries(exact), ...most.own, ...(quantile === null ? {} : { quantile }) } };
}

function share({ from, to }: { from: number; to: number }): number {
  return Math.abs(to - from) / Math.max(Math.abs(from), Math.abs(to), Number.MIN_VALUE);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
