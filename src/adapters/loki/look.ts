/** What searching and scanning have in common: the window, the streams, the query, and what no answer means. */
import type { JsonServer } from '../../lib/fetch-json.ts';
import { NoAnswer } from '../../lib/no-answer.ts';
import { type TimeWindow, timeWindow } from '../../lib/time-window.ts';
import type { Answer } from '../../sre/ports/answer.ts';
import type { LogQuery } from '../../sre/ports/logs.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import type { LokiApi, Span } from './api.ts';
import { labelledLevels, logql, type Matcher } from './logql.ts';
import type { Streams } from './streams.ts';

export interface Parts {
  server: JsonServer;
  api: LokiApi;
  serviceLabels: readonly string[];
  streams: Streams;
}
export type Asked = Omit<LogQuery, 'limit' | 'order'>;
export interface Look {
  span: Span;
  range: TimeWindow['range'];
  warnings: string[];
  /** Null when there are no streams to search. */
  logql: string | null;
}

const MAX_TEXT = 1000;
const MILLISECOND = 1_000_000n;

export async function looking<Data>(
  { server, api, streams }: Parts,
  query: Asked,
  now: number,
  signal: AbortSignal,
  work: (look: Look) => Promise<Omit<Extract<Answer<Data>, { status: 'ok' }>, 'status' | 'source' | 'url' | 'range'>>,
): Promise<Answer<Data>> {
  signal.throwIfAborted();
  const { name: source } = server;
  return orUnavailable(source, async () => {
    if (query.text.length > MAX_TEXT)
      throw new NoAnswer(`the text is longer than ${MAX_TEXT} characters`, { why: 'bad_query' });
    const { from, to, range, warnings } = timeWindow(query.range, now);
    const span = { from: BigInt(from) * MILLISECOND, to: BigInt(to + 1) * MILLISECOND };
    const chosen = await streams(query.service, span);
    const notes = [...warnings, ...chosen.warnings];
    const text = chosen.is === 'nothing' ? null : await queryFor(api, chosen.matcher, query, span, notes, signal);
    return { status: 'ok', source, url: null, range, ...(await work({ span, range, warnings: notes, logql: text })) };
  });
}

/** Nothing of a level is an answer only where lines say their level; elsewhere the word in the line has to do. */
async function queryFor(
  api: LokiApi,
  matcher: Matcher,
  query: Asked,
  span: Span,
  warnings: string[],
  signal: AbortSignal,
): Promise<string> {
  const byLabels = logql(matcher, query, 'labels');
  if (query.level === null) return byLabels;
  const found = await api.lines(byLabels, span, 1, true, signal);
  if (found.length > 0) return byLabels;
  const labelled = await api.lines(labelledLevels(matcher), span, 1, true, signal);
  if (labelled.length > 0) return byLabels;
  warnings.push(`these lines carry no level label: shown are lines that contain the word ${query.level}`);
  return logql(matcher, query, 'line');
}
