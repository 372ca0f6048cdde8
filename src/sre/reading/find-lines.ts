/** The lines of a log themselves. */
import type { LogLine } from '../ports/logs.ts';
import type { ToolResult, ToolWorld } from '../tool.ts';
import { cut, fitSize } from './fit-size.ts';
import { found, type LogRequest, nothing, queryOf, readingOf } from './log-request.ts';
import { sourcesOf } from './looks.ts';
import { notReached, reachOf, reachWarnings } from './reach.ts';
import { badInput, couldNotLook, looked } from './result.ts';
import { HOUR, windowOf } from './window.ts';

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
  return looked(
    answer,
    {
      ...found(asked, kept.length),
      ...{ lines: kept, shown: kept.length, total: answer.data.total, log: reach, ...sourcesOf(answer) },
      hint: kept.length > 0 ? null : nothing(asked),
    },
    { range: window.range, cut: dropped > 0, warnings: reachWarnings(reach, asked, 'line') },
  );
}

function shownLine(line: LogLine): LogLine {
  const attributes = Object.entries(line.attributes).slice(0, 20);
  return {
    ...line,
    message: cut(line.message, 500),
    attributes: Object.fromEntries(attributes.map(([key, value]) => [key, cut(value, 200)])),
  };
}
