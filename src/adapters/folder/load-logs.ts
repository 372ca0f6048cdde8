import { join } from 'node:path';
import { z } from 'zod';
import type { LogLine } from '../../sre/ports/logs.ts';
import { gunzipText, present } from './read-file.ts';
import { messageOf, WorldError } from './world-error.ts';

export const LOGS_FILE = 'logs.jsonl.gz';
/** Text held in memory; a longer window belongs into a log store. */
const MAX_BYTES = 128 * 1024 * 1024;

/** The log window: lines as text, found by time. */
export interface StoredLogs {
  /** Milliseconds, ascending. */
  times: Float64Array;
  line(index: number): LogLine;
  /** A test of a line by number, without reading its text: false when it is of another service or level. */
  sieve(service: string | null, level: string | null): (index: number) => boolean;
}

const shape = z.object({
  time: z.iso.datetime({ offset: true }),
  service: z.string(),
  level: z.string(),
  message: z.string(),
  attributes: z.record(z.string(), z.string()).default({}),
});

/** Every line checked; those after `now` are not kept. Null when the world has no logs. */
export async function loadLogs(dir: string, now: number): Promise<StoredLogs | null> {
  if (!(await present(dir, LOGS_FILE))) return null;
  const file = join(dir, LOGS_FILE);
  const kept: Kept[] = [];
  let rest = '';
  let number = 0;
  let size = 0;
  const take = (text: string) => {
    number += 1;
    if (text.trim() === '') return;
    const { time, service, level } = readLine(file, number, text);
    const at = Date.parse(time);
    if (at > now) return;
    const bytes = Buffer.from(text);
    size += bytes.length;
    if (size > MAX_BYTES) {
      const hint = 'Keep the hours around the incident only.';
      throw new WorldError({ file, line: number, what: `holds more than ${MAX_BYTES} bytes of lines`, hint });
    }
    kept.push({ at, bytes, service, level });
  };
  for await (const text of gunzipText(dir, LOGS_FILE)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  }
  if (rest !== '') take(rest);
  kept.sort((left, right) => left.at - right.at);
  return packed(kept);
}

interface Kept {
  at: number;
  bytes: Buffer;
  service: string;
  level: string;
}

function packed(kept: Kept[]): StoredLogs {
  const text = Buffer.concat(kept.map(({ bytes }) => bytes));
  const ends = new Float64Array(kept.length);
  let end = 0;
  for (const [index, { bytes }] of kept.entries()) {
    end += bytes.length;
    ends[index] = end;
  }
  const services = column(kept.map(({ service }) => service));
  const levels = column(kept.map(({ level }) => level.toLowerCase()));
  return {
    times: Float64Array.from(kept, ({ at }) => at),
    line: (index) => asLine(JSON.parse(text.toString('utf8', ends[index - 1] ?? 0, ends[index]))),
    sieve(service, level) {
      const ofService = service === null ? null : services.is(service);
      const ofLevel = level === null ? null : levels.is(level.toLowerCase());
      return (index) => (ofService?.(index) ?? true) && (ofLevel?.(index) ?? true);
    },
  };
}

/** Few different words in many places, each kept once. */
function column(words: readonly string[]): { is(word: string): (index: number) => boolean } {
  const codes = new Map<string, number>();
  const places = Uint32Array.from(words, (word) => {
    const code = codes.get(word) ?? codes.size;
    codes.set(word, code);
    return code;
  });
  return {
    is(word) {
      const code = codes.get(word);
      return (index) => places[index] === code;
    },
  };
}

function readLine(file: string, number: number, text: string): LogLine {
  const hint = 'Each line is {"time","service","level","message","attributes"}; attributes are strings.';
  try {
    const value: unknown = JSON.parse(text);
    if (isPlainLine(value)) return value;
    const result = shape.safeParse(value);
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw new WorldError({ file, line: number, what: `${issue?.path.join('.')}: ${issue?.message}`, hint });
  } catch (error) {
    if (error instanceof WorldError) throw error;
    throw new WorldError({ file, line: number, what: `is not JSON (${messageOf(error)})`, hint }, { cause: error });
  }
}

const USUAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** What nearly every line is, seen at once; what is not goes through the schema, which says what is wrong. */
function isPlainLine(value: unknown): value is LogLine {
  if (!isRecord(value) || !isRecord(value.attributes)) return false;
  const { time, service, level, message, attributes } = value;
  const texts = [service, level, message, ...Object.values(attributes)];
  return (
    typeof time === 'string' &&
    USUAL_TIME.test(time) &&
    !Number.isNaN(Date.parse(time)) &&
    texts.every((text) => typeof text === 'string')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every line was checked when the world was opened. */
function asLine(value: unknown): LogLine {
  const line = value as LogLine;
  return line.attributes ? line : { ...line, attributes: {} };
}
