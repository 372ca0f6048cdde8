import { NoAnswer, orNotKnown } from '../../lib/no-answer.ts';
import { type TimeWindow, timeWindow } from '../../lib/time-window.ts';
import type { Answer } from '../../sre/ports/answer.ts';
import type { LogLine, LogQuery, Logs } from '../../sre/ports/logs.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import type { Datadog } from './client.ts';
import { searchQuery, textMatcher, type Wanted } from './log-query.ts';
import { type LogsEndpoints, logsEndpoints, type Page, type Span } from './logs-api.ts';

interface Parts {
  from: Datadog;
  api: LogsEndpoints;
}
interface Look {
  span: Span;
  window: TimeWindow;
  query: string;
  matches(line: LogLine): boolean;
}

const PAGE = 1000;
/** Read to find those that are wanted among them; reading costs the account. */
const MOST_READ = 10_000;

export function datadogLogs(from: Datadog): Logs {
  const parts = { from, api: logsEndpoints(from) };
  return {
    search: (query, signal) => orUnavailable(from.name, () => searchLogs(parts, query, signal)),
    scan: (query, signal) => orUnavailable(from.name, () => scanLogs(parts, query, signal)),
    newest: (query, signal) => orUnavailable(from.name, () => newestLine(parts, query, signal)),
  };
}

async function searchLogs(
  { from, api }: Parts,
  asked: LogQuery,
  signal: AbortSignal,
): Promise<Answer<{ lines: LogLine[]; total: number | null }>> {
  const look = lookOf(from, asked);
  const warnings = [...look.window.warnings];
  const lines: LogLine[] = [];
  const reading = { read: 0, more: false };
  // Without a text each line that comes is wanted.
  const size = asked.text === '' ? Math.min(PAGE, asked.limit + 1) : PAGE;
  for await (const page of pages(api, look, asked.order === 'desc', size, signal)) {
    reading.read += page.lines.length;
    warnings.push(...page.warnings);
    lines.push(...page.lines.filter(look.matches));
    reading.more = page.next !== null;
    if (lines.length > asked.limit || reading.read >= MOST_READ) break;
  }
  const more = reading.more || lines.length > asked.limit;
  lines.splice(asked.limit);
  if (more && asked.text !== '' && reading.read >= MOST_READ)
    warnings.push(`only ${reading.read} lines were read to find these: narrow the time, the service or the level`);
  if (lines.length === 0) warnings.push(...(await whyNone(api, asked, look, signal)));
  const total = more ? await counted(api, asked, look, warnings, signal) : lines.length;
  return {
    status: 'ok',
    source: from.name,
    range: look.window.range,
    truncated: more,
    warnings: [...new Set(warnings)],
    url: link(from, look),
    data: { lines, total },
  };
}

/** The first page is read before it answers, so that a source that cannot be read says so; later ones as they are wanted. */
async function scanLogs(
  { from, api }: Parts,
  asked: Wanted & { range: LogQuery['range']; maxLines: number },
  signal: AbortSignal,
): Promise<Answer<AsyncIterable<LogLine>>> {
  const look = lookOf(from, asked);
  const rest = pages(api, look, false, PAGE, signal);
  const first = await rest.next();
  const page = first.done === true ? { lines: [], next: null, warnings: [] } : first.value;
  const warnings = [...look.window.warnings, ...page.warnings];
  const ok = { status: 'ok' as const, source: from.name, range: look.window.range, url: link(from, look) };
  const data = linesOf(page, rest, look, asked.maxLines);
  if (page.next === null && page.lines.length <= asked.maxLines) return { ...ok, data, truncated: false, warnings };
  const total = await counted(api, asked, look, warnings, signal);
  const truncated = total === null || total > asked.maxLines;
  if (truncated) warnings.push(`only the first ${asked.maxLines} of ${total ?? 'an unknown number of'} lines are read`);
  return { ...ok, data, truncated, warnings };
}

async function newestLine(
  { from, api }: Parts,
  asked: Pick<LogQuery, 'service' | 'range'>,
  signal: AbortSignal,
): Promise<Answer<string | null>> {
  const look = lookOf(from, { ...asked, text: '', regex: false, level: null });
  const { lines, warnings } = await api.page(
    look.query,
    look.span,
    { limit: 1, newestFirst: true, after: null },
    signal,
  );
  const ok = { status: 'ok' as const, source: from.name, range: look.window.range, url: link(from, look) };
  return { ...ok, data: lines[0]?.time ?? null, truncated: false, warnings: [...look.window.warnings, ...warnings] };
}

async function* linesOf(
  first: Page,
  rest: AsyncIterable<Page>,
  { matches }: Look,
  most: number,
): AsyncGenerator<LogLine> {
  let left = most;
  for (const line of first.lines.filter(matches)) {
    if (left-- > 0) yield line;
  }
  if (left <= 0) return;
  for await (const page of rest) {
    for (const line of page.lines.filter(matches)) {
      if (left-- > 0) yield line;
    }
    if (left <= 0) return;
  }
}

async function* pages(
  api: LogsEndpoints,
  { query, span }: Look,
  newestFirst: boolean,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  let after: string | null = null;
  do {
    const page: Page = await api.page(query, span, { limit, newestFirst, after }, signal);
    yield page;
    // A page that holds nothing is the last one, whatever it says.
    after = page.lines.length === 0 ? null : page.next;
  } while (after !== null);
}

function lookOf(from: Datadog, asked: Wanted & { range: LogQuery['range'] }): Look {
  const matches = textMatcher(asked);
  const window = timeWindow(asked.range, from.now());
  return { span: { from: window.from, to: window.to + 1 }, window, query: searchQuery(asked), matches };
}

/** Null when it cannot be said: Datadog can count words, not what is decided here. */
async function counted(
  api: LogsEndpoints,
  { text }: Wanted,
  { query, span }: Look,
  warnings: string[],
  signal: AbortSignal,
): Promise<number | null> {
  if (text !== '') return null;
  return orNotKnown('how many lines there are altogether', warnings, () => api.count(query, span, signal));
}

/** No line can mean no trouble, no logs, or another name. */
async function whyNone(
  api: LogsEndpoints,
  { service, text }: Wanted,
  { span }: Look,
  signal: AbortSignal,
): Promise<string[]> {
  const reasons = text === '' ? [] : ['Datadog was asked for lines that hold these words; excluded logs are not there'];
  try {
    const services = service === null ? [] : await api.services(span, signal);
    if (service === null || services.includes(service)) return reasons;
    const known = services.length === 0 ? 'no service has any' : `there are lines of ${services.join(' | ')}`;
    return [...reasons, `no line is of service ${service} in this time; ${known}`];
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return [...reasons, `which services have lines is not known: ${error.message}`];
  }
}

function link({ appUrl }: Datadog, { query, window }: Look): string {
  const between = { from_ts: String(window.from), to_ts: String(window.to), live: 'false' };
  return `${appUrl}/logs?${new URLSearchParams({ query, ...between })}`;
}
