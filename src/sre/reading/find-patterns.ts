/** What the lines of a log say in groups, beside what they said before. */
import type { Look } from '../ports/answer.ts';
import type { ToolResult, ToolWorld } from '../tool.ts';
import { fitSize } from './fit-size.ts';
import { type PatternCounter, patternCounter } from './log-patterns.ts';
import { found, type LogRequest, MOST_LINES, nothing, type Open, queryOf, readingOf } from './log-request.ts';
import { sourcesOf } from './looks.ts';
import { notReached, reachOf, reachWarnings } from './reach.ts';
import { badInput, couldNotLook } from './result.ts';
import { HOUR, iso, MINUTE, type Window, windowOf } from './window.ts';

const LEAST_BASELINE_MINUTES = 5;

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
