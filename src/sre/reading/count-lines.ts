/** How many lines a log has, in all and over time. */
import type { ToolResult, ToolWorld } from '../tool.ts';
import { found, type LogRequest, MOST_LINES, nothing, queryOf, readingOf } from './log-request.ts';
import { sourcesOf } from './looks.ts';
import { notReached, reachOf, reachWarnings } from './reach.ts';
import { badInput, couldNotLook, looked } from './result.ts';
import { round } from './round.ts';
import { HOUR, iso, MINUTE, windowOf } from './window.ts';

const BUCKETS = 60;

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
  return looked(
    answer,
    {
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
    { range: window.range, cut: total >= MOST_LINES, warnings: reachWarnings(reach, asked, 'line') },
  );
}
