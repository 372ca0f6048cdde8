/** An incident and what its sources still hold → the files of a world. What a source does not give is left out, and said. */
import { gzipSync } from 'node:zlib';
import type { Alert } from '../alert.ts';
import type { TimeRange } from '../evidence.ts';
import type { Answer } from '../ports/answer.ts';
import type { Changes } from '../ports/changes.ts';
import type { Logs } from '../ports/logs.ts';
import type { Traces } from '../ports/traces.ts';
import type { Sources } from '../sources.ts';
import { alertBody } from './alert-body.ts';
import { readMetrics } from './read-metrics.ts';

export interface Exported {
  files: Map<string, string | Buffer>;
  /** What is not in it, and why. */
  left: string[];
}
interface Case {
  title: string;
  groupKey: string;
  alerts: readonly Alert[];
}

const HOUR = 3_600_000;
const METRICS_MS = 24 * HOUR;
const LOGS_MS = 4 * HOUR;
const TRACES_MS = 2 * HOUR;
const CHANGES_MS = 14 * 24 * HOUR;
const MOST_LINES = 200_000;
const MOST_CHANGES = 300;
const MOST_TRACES = 200;

/** `now`: the moment it is looked at from, again and again. */
export async function worldFiles(
  { title, groupKey, alerts }: Case,
  { metrics, logs, changes, topology, traces }: Omit<Sources, 'now' | 'forge'>,
  now: number,
  signal: AbortSignal,
): Promise<Exported> {
  const until = (ms: number): TimeRange => ({ start: iso(now - ms), end: iso(now) });
  const left: string[] = [];
  const measured = await readMetrics(metrics, until(METRICS_MS), signal);
  const lines = take('logs', await readLines(logs, until(LOGS_MS), signal), left);
  const changed = take('changes', await readChanges(changes, until(CHANGES_MS), signal), left);
  const graph = take('topology', await topology.graph(signal), left);
  const services = alerts.flatMap(({ service }) => service ?? []).slice(0, 1);
  const traced = await Promise.all(services.map((service) => readTraces(traces, service, until(TRACES_MS), signal)));
  const seen = traced.flatMap((answer) => take('traces', answer, left) ?? []);
  const about = { name: `incident-${iso(now).slice(0, 10)}`, summary: title, now: iso(now) };
  const files = new Map<string, string | Buffer>([
    ['world.json', json({ ...about, alert_source: 'alertmanager', simulated: false })],
    ['alert.json', json(alertBody(alerts, groupKey))],
  ]);
  if (measured.text !== null) files.set('metrics.om.gz', gzipSync(measured.text));
  if (lines !== null) files.set('logs.jsonl.gz', gzipSync(lines));
  if (graph !== null)
    files.set(
      'topology.json',
      json({ services: graph.map(({ name, dependsOn }) => ({ name, depends_on: dependsOn })) }),
    );
  if (seen.length > 0) files.set('traces.json', json({ traces: seen }));
  if (changed !== null) {
    files.set('changes.json', json(changed.map(({ diff, ...row }) => ({ ...row, diff: diff?.path ?? null }))));
    for (const { diff } of changed) if (diff !== null) files.set(diff.path, diff.text);
  }
  return { files, left: [...measured.left, ...left] };
}

function take<Data>(what: string, answer: Answer<Data>, left: string[]): Data | null {
  if (answer.status === 'unavailable') left.push(`${what}: ${answer.detail}`);
  else if (answer.truncated) left.push(`${what}: not all: ${answer.warnings.join('; ') || 'there were too many'}`);
  return answer.status === 'unavailable' ? null : answer.data;
}

async function readLines(logs: Logs, range: TimeRange, signal: AbortSignal): Promise<Answer<string>> {
  const query = { service: null, text: '', regex: false, level: null, range, maxLines: MOST_LINES };
  const answer = await logs.scan(query, signal);
  if (answer.status === 'unavailable') return answer;
  const lines: string[] = [];
  for await (const line of answer.data) lines.push(JSON.stringify(line));
  return { ...answer, data: `${lines.join('\n')}\n` };
}

interface ChangeRow {
  id: string;
  kind: string;
  service: string | null;
  time: string;
  actor: string;
  title: string;
  ref: string | null;
  diff: { path: string; text: string } | null;
}

async function readChanges(changes: Changes, range: TimeRange, signal: AbortSignal): Promise<Answer<ChangeRow[]>> {
  const listed = await changes.list({ range, service: null, kinds: [], limit: MOST_CHANGES }, signal);
  if (listed.status === 'unavailable') return listed;
  const rows: ChangeRow[] = [];
  for (const { id, kind, service, time, actor, title, ref, hasDiff } of listed.data) {
    const read = hasDiff ? await changes.diff(id, signal) : null;
    const text = read?.status === 'ok' ? read.data.diff : null;
    const diff = text === null ? null : { path: pathOf(id, rows.length), text };
    rows.push({ id, kind, service, time, actor, title, ref, diff });
  }
  return { ...listed, data: rows };
}

async function readTraces(traces: Traces, service: string, range: TimeRange, signal: AbortSignal) {
  const all = { operation: null, minDurationMs: null, errorsOnly: false, limit: MOST_TRACES };
  const answer = await traces.search({ service, range, ...all }, signal);
  if (answer.status === 'unavailable') return answer;
  const data = answer.data.map(({ id, spans }) => ({
    id,
    spans: spans.map(({ start, durationMs, ...span }) => ({ ...span, time: iso(start), duration_ms: durationMs })),
  }));
  return { ...answer, data };
}

/** An id may hold anything; a path may not, and two ids must not share one. */
function pathOf(id: string, place: number): string {
  return `diffs/${place + 1}-${id.replace(/[^\w.-]+/g, '_')}.patch`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
