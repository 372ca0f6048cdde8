/** Which lines a query wants. Patterns run on RE2: linear time whatever the pattern. */
import { RE2JS } from 're2js';
import type { LogLine, LogQuery } from '../../sre/ports/logs.ts';

export type Matcher = { ok: true; matches(line: LogLine): boolean } | { ok: false; why: string };

const MAX_PATTERN = 1000;

export function logMatcher(query: Pick<LogQuery, 'service' | 'text' | 'regex' | 'level'>): Matcher {
  const text = textMatcher(query.text, query.regex);
  if (typeof text === 'string') return { ok: false, why: text };
  const level = query.level?.toLowerCase() ?? null;
  return {
    ok: true,
    matches: (line) =>
      (query.service === null || line.service === query.service) &&
      (level === null || line.level.toLowerCase() === level) &&
      text(line),
  };
}

/** A test over message and attributes, or why the pattern cannot be used. */
function textMatcher(text: string, regex: boolean): ((line: LogLine) => boolean) | string {
  if (text === '') return () => true;
  if (!regex) {
    const wanted = text.toLowerCase();
    return (line) => searchable(line).toLowerCase().includes(wanted);
  }
  if (text.length > MAX_PATTERN) return `the pattern is longer than ${MAX_PATTERN} characters`;
  try {
    const pattern = RE2JS.compile(text, RE2JS.CASE_INSENSITIVE);
    return (line) => pattern.matcher(searchable(line)).find();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `not an RE2 pattern (${why}); back-references and look-around do not exist there`;
  }
}

function searchable(line: LogLine): string {
  const attributes = Object.entries(line.attributes).map(([name, value]) => `${name}=${value}`);
  return `${line.message} ${attributes.join(' ')}`;
}
