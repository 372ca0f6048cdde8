import { orNotKnown } from '../../lib/no-answer.ts';
import type { Answer } from '../../sre/ports/answer.ts';
import type { LogLine, LogQuery } from '../../sre/ports/logs.ts';
import type { LokiApi, Span } from './api.ts';
import { lineOf } from './line.ts';
import { looking, type Parts } from './look.ts';
import { pages } from './pages.ts';

const PAGE = 1000;

export function searchLogs(
  parts: Parts,
  query: LogQuery,
  now: number,
  signal: AbortSignal,
): Promise<Answer<{ lines: LogLine[]; total: number | null }>> {
  return looking(parts, query, now, signal, async ({ span, warnings, logql }) => {
    if (logql === null) return { data: { lines: [], total: 0 }, truncated: false, warnings };
    const { limit } = query;
    const paging = { newestFirst: query.order === 'desc', most: limit, size: Math.min(limit, PAGE) };
    const lines: LogLine[] = [];
    for await (const page of pages(parts.api, logql, span, paging, signal)) {
      lines.push(...page.map((entry) => lineOf(entry, parts.serviceLabels)));
    }
    lines.splice(limit);
    if (lines.length === 0 && query.text !== '') {
      warnings.push('text is looked for in the lines themselves, not in stream labels or structured metadata');
    }
    const total = lines.length < limit ? lines.length : await counted(parts.api, logql, span, warnings, signal);
    return { data: { lines, total }, truncated: total === null || total > lines.length, warnings };
  });
}

/** Null when it could not be counted. */
export function counted(
  api: LokiApi,
  logql: string,
  span: Span,
  warnings: string[],
  signal: AbortSignal,
): Promise<number | null> {
  return orNotKnown('how many lines there are altogether', warnings, () => api.count(logql, span, signal));
}
