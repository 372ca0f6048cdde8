import type { Answer } from '../../sre/ports/answer.ts';
import type { LogLine } from '../../sre/ports/logs.ts';
import type { Entry } from './api.ts';
import { lineOf } from './line.ts';
import { type Asked, looking, type Parts } from './look.ts';
import { pages } from './pages.ts';
import { counted } from './search.ts';

const PAGE = 2000;

/** The first page is read before it answers, so that a source that cannot be read says so; later ones as they are wanted. */
export function scanLogs(
  parts: Parts,
  query: Asked & { maxLines: number },
  now: number,
  signal: AbortSignal,
): Promise<Answer<AsyncIterable<LogLine>>> {
  return looking<AsyncIterable<LogLine>>(parts, query, now, signal, async ({ span, warnings, logql }) => {
    const { api, serviceLabels } = parts;
    const { maxLines } = query;
    if (logql === null) return { data: linesOf([], null, serviceLabels, 0), truncated: false, warnings };
    const rest = pages(api, logql, span, { newestFirst: false, most: maxLines, size: PAGE }, signal);
    const first = await rest.next();
    const page = first.done === true ? [] : first.value;
    const data = linesOf(page, rest, serviceLabels, maxLines);
    if (page.length < Math.min(PAGE, maxLines)) return { data, truncated: false, warnings };
    const total = await counted(api, logql, span, warnings, signal);
    const truncated = total === null || total > maxLines;
    if (total !== null && truncated) warnings.push(`only the first ${maxLines} of ${total} lines are read`);
    return { data, truncated, warnings };
  });
}

async function* linesOf(
  first: Entry[],
  rest: AsyncIterable<Entry[]> | null,
  serviceLabels: readonly string[],
  most: number,
): AsyncGenerator<LogLine> {
  let left = most;
  for (const entry of first) {
    if (left-- > 0) yield lineOf(entry, serviceLabels);
  }
  if (rest === null) return;
  for await (const page of rest) {
    for (const entry of page) {
      if (left-- > 0) yield lineOf(entry, serviceLabels);
    }
  }
}
