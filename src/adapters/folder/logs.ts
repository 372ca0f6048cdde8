import { firstAtOrAfter } from '../../lib/first-at-or-after.ts';
import type { LogLine, Logs } from '../../sre/ports/logs.ts';
import { LOGS_FILE, type StoredLogs } from './load-logs.ts';
import { logMatcher } from './log-matcher.ts';
import { badQuery, found, notARange, notThere, type Place, windowOf } from './place.ts';

/** Lines between two looks at the clock of others. */
const SLICE = 4000;

export function folderLogs(place: Place, stored: StoredLogs | null): Logs {
  return {
    async search(query, signal) {
      if (stored === null) return notThere(place, LOGS_FILE);
      const window = windowOf(place, query.range);
      if (window === null) return notARange(place, query.range);
      const matcher = logMatcher(query);
      if (!matcher.ok) return badQuery(place, matcher.why);
      const lines: LogLine[] = [];
      let total = 0;
      for await (const line of walk(stored, { ...query, ...window }, matcher.matches, signal)) {
        total += 1;
        if (lines.length < query.limit) lines.push(line);
      }
      const notes = [...window.warnings, ...coverage(stored, window.from)];
      const { range } = window;
      return found(place, { lines, total }, { range, truncated: total > lines.length, warnings: notes });
    },
    async scan(query, signal) {
      if (stored === null) return notThere(place, LOGS_FILE);
      const window = windowOf(place, query.range);
      if (window === null) return notARange(place, query.range);
      const matcher = logMatcher(query);
      if (!matcher.ok) return badQuery(place, matcher.why);
      const lines = walk(stored, { ...query, ...window }, matcher.matches, signal);
      const { range } = window;
      return found(place, lines, { range, warnings: [...window.warnings, ...coverage(stored, window.from)] });
    },
    async newest({ service, range }) {
      if (stored === null) return notThere(place, LOGS_FILE);
      const window = windowOf(place, range);
      if (window === null) return notARange(place, range);
      return found(place, newestOf(stored, window, service), { range: window.range, warnings: window.warnings });
    },
  };
}

interface Wanted {
  from: number;
  to: number;
  service: string | null;
  level: string | null;
  order?: 'asc' | 'desc';
  maxLines?: number;
}

/** Matching lines of the window in order, letting others run now and then. Lines of others are passed by unread. */
async function* walk(
  stored: StoredLogs,
  { from, to, service, level, order, maxLines = Number.POSITIVE_INFINITY }: Wanted,
  matches: (line: LogLine) => boolean,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const first = firstAtOrAfter(stored.times, from);
  const end = firstAtOrAfter(stored.times, to + 1);
  const passes = stored.sieve(service, level);
  let count = 0;
  for (let step = 0; step < end - first; step += 1) {
    if (step % SLICE === 0) {
      signal.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const index = order === 'desc' ? end - 1 - step : first + step;
    if (!passes(index)) continue;
    const line = stored.line(index);
    if (!matches(line)) continue;
    if (count >= maxLines) return;
    count += 1;
    yield line;
  }
}

function newestOf(
  stored: StoredLogs,
  { from, to }: { from: number; to: number },
  service: string | null,
): string | null {
  const passes = stored.sieve(service, null);
  const first = firstAtOrAfter(stored.times, from);
  let index = firstAtOrAfter(stored.times, to + 1) - 1;
  while (index >= first && !passes(index)) index -= 1;
  const at = index < first ? undefined : stored.times[index];
  return at === undefined ? null : new Date(at).toISOString();
}

/** Says so when the window asked for begins before the log does: silence there is not health. */
function coverage(stored: StoredLogs, from: number): string[] {
  const oldest = stored.times[0];
  if (oldest === undefined) return ['the log is empty'];
  return from < oldest - 60_000 ? [`the log begins at ${new Date(oldest).toISOString()}`] : [];
}
