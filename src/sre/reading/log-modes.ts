/** The three ways to read logs: the lines, how many over time, or what they say in groups. */
import type { Look } from '../ports/answer.ts';
import type { LogLine, LogQuery } from '../ports/logs.ts';
import type { ToolResult, ToolWorld } from '../tool.ts';
import { cut, fitSize } from './fit-size.ts';
import { type PatternCounter, patternCounter } from './log-patterns.ts';
import { sourcesOf } from './looks.ts';
import { notReached, type Reading, reachOf, reachWarnings } from './reach.ts';
import { badInput, couldNotLook } from './refuse.ts';
import { round } from './round.ts';
import { HOUR, iso, MINUTE, type Window, windowOf } from './window.ts';

export interface LogRequest {
  service?: string | undefined;
  level?: string | undefined;
  text: string;
  regex: boolean;
  start?: string | undefined;
  end?: string | undefined;
  baseline_start?: string | undefined;
  baseline_end?: string | undefined;
  order: 'asc' | 'desc';
  limit: number;
}
type Open = Extract<Window, { ok: true }>;

/** Lines read for one answer; above it the counts are of the first part only and say so. */
const MOST_LINES = 400_000;
const BUCKETS = 60;
const LEAST_BASELINE_MINUTES = 5;

export async function findLines(asked: LogRequest, world: ToolWorld): Promise<ToolResult> {
  const window = windowOf(asked, world.now, HOUR);
  if (!window.ok) return badInput('logs', window.error);
  const answer = await world.logs.search(
    { ...queryOf(asked, window), limit: asked.limit, order: asked.order },
    world.signal,
  );
  if (answer.status === 'unavailable') return couldNotLook(answer);
  const { lines } = answer.data;
  const newest = lines.at(asked.order === 'asc' ? -1 : 0)?.time ?? null;
  const reach = await reachOf(asked, window, newest, readingOf(world));
  const unreached = notReached(reach, window, lines.length, answer.source, 'line');
  if (unreached !== null) return couldNotLook(unreached);
  const { kept, dropped } = fitSize(lines.map(shownLine));
  return {
    ok: true,
    source: answer.source,
    range: window.range,
    url: answer.url,
    truncated: answer.truncated || dropped > 0,
    warnings: [...answer.warnings, ...reachWarnings(reach, asked, 'line')],
    data: {
      ...found(asked, kept.length),
      ...{ lines: kept, shown: kept.length, total: answer.data.total, log: reach, ...sourcesOf(answer) },
      hint: kept.length > 0 ? null : nothing(asked),
    },
  };
}

export async function countLines(asked: LogRequest, world: ToolWorld): Promise<ToolResult> {
  const window = windowOf(asked, world.now, HOUR);
  if (!window.ok) return badInput('logs', window.error);
  const answer = await world.logs.scan({ ...queryOf(asked, window), maxLines: MOST_LINES }, world.signal);
  if (answer.status === 'unavailable') return couldNotLook(answer);
  const width = Math.max(MINUTE, Math.ceil((window.end - window.start) / BUCKETS / MINUTE) * MINUTE);
  const buckets = new Map<number, number>();
  const groups = new Map<string, number>();
  let total = 0;
  let first: string | null = null;
  let last: string | null = null;
  for await (const line of answer.data) {
    total++;
    first ??= line.time;
    last = line.time;
    const index = Math.floor((Date.parse(line.time) - window.start) / width);
    buckets.set(index, (buckets.get(index) ?? 0) + 1);
    const group = `${line.service} ${line.level}`;
    groups.set(group, (groups.get(group) ?? 0) + 1);
  }
  const reach = await reachOf(asked, window, last, readingOf(world));
  const unreached = notReached(reach, window, total, answer.source, 'line');
  if (unreached !== null) return couldNotLook(unreached);
  const length = (window.end - window.start) / MINUTE;
  return {
    ok: true,
    source: answer.source,
    range: window.range,
    url: answer.url,
    truncated: answer.truncated || total >= MOST_LINES,
    warnings: [...answer.warnings, ...reachWarnings(reach, asked, 'line')],
    data: {
      ...found(asked, total),
      ...{ total, log: reach, ...sourcesOf(answer) },
      rate_per_minute: round(total / length, 3),
      first,
      last,
      bucket_minutes: width / MINUTE,
      buckets: Array.from({ length: Math.ceil((window.end - window.start) / width) }, (_, i) => [
        iso(window.start + i * width),
        buckets.get(i) ?? 0,
      ]),
      by_service_and_level: Object.fromEntries([...groups].sort((a, b) => b[1] - a[1]).slice(0, 40)),
      hint: total > 0 ? null : nothing(asked),
    },
  };
}

export async function findPatterns(asked: LogRequest, world: ToolWorld): Promise<ToolResult> {
  const window = windowOf(asked, world.now, HOUR);
  if (!window.ok) return badInput('logs', window.error);
  const baseline = baselineOf(asked, window, world.now);
  if (!baseline.ok) return badInput('logs', `baseline: ${baseline.error}`);
  const counter = patternCounter();
  const past = await scanInto(counter, 'before', asked, baseline, world);
  if ('unavailable' in past) return past.unavailable;
  const present = await scanInto(counter, 'after', asked, window, world);
  if ('unavailable' in present) return present.unavailable;
  const reach = await reachOf(asked, window, present.last, readingOf(world));
  const unreached = notReached(reach, window, present.read, present.source, 'line');
  if (unreached !== null) return couldNotLook(unreached);
  const warnings = new Set([
    ...past.warnings.map((warning) => `baseline: ${warning}`),
    ...present.warnings.map((warning) => `window: ${warning}`),
    ...reachWarnings(reach, asked, 'line'),
  ]);
  const read = past.read + present.read;
  const covered = await coveredFrom(baseline, world);
  const before = covered === null ? 0 : (baseline.end - covered) / MINUTE;
  const usable = before >= LEAST_BASELINE_MINUTES;
  if (!usable) warnings.add('the baseline window holds no log, or too little: nothing can be called new or changed');
  // What has not come is no silence: the rate is of the part that the log reaches.
  const reached = reach.is === 'behind' && reach.of === 'source' ? Date.parse(reach.newest) : window.end;
  const minutes = { before, after: Math.max(1, (Math.min(reached, window.end) - window.start) / MINUTE) };
  const { patterns, unmatched } = counter.report(minutes, usable);
  const { kept, dropped } = fitSize(patterns.slice(0, asked.limit));
  return {
    ok: true,
    source: present.source,
    range: window.range,
    url: present.url,
    truncated: past.truncated || present.truncated || dropped > 0,
    warnings: [...warnings],
    data: {
      ...found(asked, read),
      baseline: baseline.range,
      patterns: kept,
      patterns_total: patterns.length,
      lines_read: read,
      unmatched,
      ...{ log: reach, ...sourcesOf(present) },
      hint: read > 0 ? null : nothing(asked),
    },
  };
}

type Scanned = {
  read: number;
  last: string | null;
  warnings: string[];
  truncated: boolean;
  source: string;
  url: string | null;
  looks?: Look[];
};

async function scanInto(
  counter: PatternCounter,
  side: 'before' | 'after',
  asked: LogRequest,
  window: Open,
  world: ToolWorld,
): Promise<Scanned | { unavailable: ToolResult }> {
  const answer = await world.logs.scan({ ...queryOf(asked, window), maxLines: MOST_LINES / 2 }, world.signal);
  if (answer.status === 'unavailable') return { unavailable: couldNotLook(answer) };
  const { warnings, truncated, source, url, looks } = answer;
  let read = 0;
  let last: string | null = null;
  for await (const line of answer.data) {
    counter.add(line, side);
    last = line.time;
    read++;
  }
  return { read, last, warnings, truncated, source, url, ...(looks === undefined ? {} : { looks }) };
}

/** Where the log begins inside the baseline, whoever wrote it: silence before that is not silence. Null without a line. */
async function coveredFrom(baseline: Open, world: ToolWorld): Promise<number | null> {
  const answer = await world.logs.search(
    { service: null, text: '', regex: false, level: null, range: baseline.range, limit: 1, order: 'asc' },
    world.signal,
  );
  const first = answer.status === 'ok' ? answer.data.lines[0] : undefined;
  return first === undefined ? null : Date.parse(first.time);
}

function baselineOf(asked: LogRequest, window: Open, now: Date): Window {
  const end = asked.baseline_end ?? iso(window.start);
  return windowOf({ start: asked.baseline_start, end }, now, window.end - window.start);
}

function queryOf(asked: LogRequest, window: Open): Omit<LogQuery, 'limit' | 'order'> {
  return {
    service: asked.service ?? null,
    text: asked.text,
    regex: asked.regex,
    level: asked.level ?? null,
    range: window.range,
  };
}

function readingOf({ logs, now, signal }: ToolWorld): Reading {
  return { of: 'line', source: logs, now, signal };
}

function shownLine(line: LogLine): LogLine {
  const attributes = Object.entries(line.attributes).slice(0, 20);
  return {
    ...line,
    message: cut(line.message, 500),
    attributes: Object.fromEntries(attributes.map(([key, value]) => [key, cut(value, 200)])),
  };
}

/** What was looked for, once it was found: a question is no evidence of its own words. */
function found({ text, regex }: LogRequest, lines: number): { text?: string } {
  return lines === 0 || regex || text === '' ? {} : { text };
}

function nothing(asked: LogRequest): string {
  const where = asked.service === undefined ? '' : ' of this service (its name may be written otherwise in logs)';
  return `No line${where} matches in this window. That is not a healthy reading by itself: check with less text, another level or no service.`;
}
