/** The log lines around an incident, as one file that the agent can read with code. */
import type Anthropic from '@anthropic-ai/sdk';
import { toFile } from '@anthropic-ai/sdk';
import type { Brief } from './brief.ts';
import type { TimeRange } from './evidence.ts';
import type { Incident } from './incident.ts';
import type { Incidents } from './ports/incidents.ts';
import type { Sources } from './sources.ts';

export const LOG_FILE = 'incident-logs.jsonl';
export const LOG_FILE_PATH = `/mnt/session/uploads/${LOG_FILE}`;

const BEFORE_ALERT_MS = 4 * 3_600_000;
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_LINES = 100_000;
const TIMEOUT_MS = 60_000;

export interface LogFile {
  fileId: string;
  shown: NonNullable<Brief['log_file']>;
}

/** Uploads the window once per incident; null when logs cannot be read or there are none. */
export async function uploadLogWindow(
  {
    client,
    incidents,
    sources,
    signal,
  }: { client: Anthropic; incidents: Incidents; sources: Sources; signal: AbortSignal },
  incident: Incident,
): Promise<LogFile | null> {
  const key = `log-window:${incident.id}`;
  const known = await incidents.intend(key, incident.id);
  if (known.done) return readLogFile(known.result);
  const window = await collect(sources, rangeOf(incident, sources.now()), signal);
  const file = window === null ? null : await upload(client, window, signal);
  await incidents.complete(key, JSON.stringify(file));
  return file;
}

/** Guaranteed by `uploadLogWindow`, the only writer of these results. */
function readLogFile(result: string): LogFile | null {
  return JSON.parse(result) as LogFile | null;
}

/** Long enough before the alert to hold what led to it. */
function rangeOf(incident: Incident, now: Date): TimeRange {
  const first = Math.min(now.getTime(), ...incident.alerts.map(({ startsAt }) => Date.parse(startsAt)));
  return { start: new Date(first - BEFORE_ALERT_MS).toISOString(), end: now.toISOString() };
}

interface Window {
  text: string;
  lines: number;
  range: TimeRange;
  truncated: boolean;
}

async function collect({ logs }: Sources, range: TimeRange, signal: AbortSignal): Promise<Window | null> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const query = { service: null, text: '', regex: false, level: null, range, maxLines: MAX_LINES };
  const answer = await logs.scan(query, limited);
  if (answer.status === 'unavailable') return null;
  const parts: string[] = [];
  let bytes = 0;
  let truncated = answer.truncated;
  try {
    for await (const line of answer.data) {
      const text = `${JSON.stringify(line)}\n`;
      bytes += Buffer.byteLength(text);
      if (bytes > MAX_BYTES) {
        truncated = true;
        break;
      }
      parts.push(text);
    }
  } catch {
    // A source that fails on the way must not keep the investigation from starting: what was read is used.
    signal.throwIfAborted();
    truncated = true;
  }
  return parts.length === 0 ? null : { text: parts.join(''), lines: parts.length, range, truncated };
}

async function upload(client: Anthropic, window: Window, signal: AbortSignal): Promise<LogFile> {
  const file = await toFile(Buffer.from(window.text), LOG_FILE, { type: 'application/jsonl' });
  const { id } = await client.files.upload({ file }, { signal });
  const { range, lines, truncated } = window;
  return { fileId: id, shown: { path: LOG_FILE_PATH, from: range.start, to: range.end, lines, truncated } };
}
