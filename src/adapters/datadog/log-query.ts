/**
 * Datadog's log search syntax, built from parts that are quoted. It knows words and wildcards, no substrings and no
 * patterns; so words narrow the search there, and what is asked for is decided here, on the lines.
 */
import { RE2JS } from 're2js';
import { NoAnswer } from '../../lib/no-answer.ts';
import type { LogLine, LogQuery } from '../../sre/ports/logs.ts';
import { quoted } from './quoted.ts';

export type Wanted = Pick<LogQuery, 'service' | 'text' | 'regex' | 'level'>;

const MAX_TEXT = 1000;
/** Shorter runs of letters and digits narrow nothing. */
const LEAST_WORD = 2;
const STATUSES = [
  ['error', 'err'],
  ['warn', 'warning'],
  ['info', 'information'],
  ['debug', 'dbg', 'trace'],
  ['critical', 'crit', 'fatal', 'alert', 'emergency', 'panic'],
  ['notice'],
  ['ok'],
];

/** A superset of the lines that are wanted. */
export function searchQuery({ service, text, regex, level }: Wanted): string {
  const words = regex ? [] : (text.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length >= LEAST_WORD);
  const parts = [
    ...(service === null ? [] : [`service:${quoted(service)}`]),
    ...(level === null ? [] : [statuses(level)]),
    ...words.map((word) => `*:*${word}*`),
  ];
  return parts.join(' ') || '*';
}

/** Patterns run on RE2: linear time whatever the pattern. Throws `NoAnswer` for one that is none. */
export function textMatcher({ text, regex }: Wanted): (line: LogLine) => boolean {
  if (text.length > MAX_TEXT)
    throw new NoAnswer(`the text is longer than ${MAX_TEXT} characters`, { why: 'bad_query' });
  if (text === '') return () => true;
  if (!regex) {
    const wanted = text.toLowerCase();
    return (line) => searchable(line).toLowerCase().includes(wanted);
  }
  try {
    const pattern = RE2JS.compile(text, RE2JS.CASE_INSENSITIVE);
    return (line) => pattern.matcher(searchable(line)).find();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const advice = 'back-references and look-around do not exist there';
    throw new NoAnswer(`not an RE2 pattern (${why}); ${advice}`, { why: 'bad_query', cause });
  }
}

function searchable({ message, attributes }: LogLine): string {
  return [message, ...Object.entries(attributes).map(([name, value]) => `${name}=${value}`)].join(' ');
}

function statuses(level: string): string {
  const same = STATUSES.find((names) => names.includes(level.toLowerCase())) ?? [level];
  return same.length === 1 ? `status:${quoted(level)}` : `status:(${same.map(quoted).join(' OR ')})`;
}
