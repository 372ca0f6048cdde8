/** The part of LogQL that a client of ours may send, read strictly: what Loki would refuse is refused in its words. */
import { RE2JS } from 're2js';

export class QueryRefused extends Error {
  readonly status: number;
  constructor(message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.status = options.status ?? 400;
  }
}
export type Labels = Record<string, string>;
export interface LineQuery {
  streams(labels: Labels): boolean;
  /** `labels` with structured metadata among them. */
  passes(labels: Labels, line: string): boolean;
}
export interface CountQuery {
  lines: LineQuery;
  rangeMs: number;
}

export function parseLines(text: string): LineQuery {
  const reader = read(text);
  const query = linesIn(reader);
  reader.end();
  return query;
}

/** `sum(count_over_time(… [90000ms]))`. */
export function parseCount(text: string): CountQuery {
  const reader = read(text);
  reader.word('sum(count_over_time(');
  const lines = linesIn(reader);
  const [, milliseconds = '0'] = reader.take(/^\[(\d+)ms\]/y, 'RANGE');
  reader.word('))');
  reader.end();
  return { lines, rangeMs: Number(milliseconds) };
}

interface Reader {
  peek(pattern: RegExp): boolean;
  take(pattern: RegExp, expected: string): string[];
  word(word: string): void;
  end(): void;
}

function read(text: string): Reader {
  let at = 0;
  const skip = () => {
    while (/\s/.test(text[at] ?? '')) at += 1;
  };
  const match = (pattern: RegExp) => {
    skip();
    const rest = new RegExp(pattern.source.replace(/^\^/, ''), 'y');
    rest.lastIndex = at;
    return rest.exec(text);
  };
  const refuse = (expected: string): never => {
    const found = text.slice(at, at + 10);
    throw new QueryRefused(
      `parse error at line 1, col ${at + 1}: syntax error: unexpected ${found === '' ? '$end' : found}, expecting ${expected}`,
    );
  };
  return {
    peek: (pattern) => match(pattern) !== null,
    take(pattern, expected) {
      const found = match(pattern);
      if (found === null) return refuse(expected);
      at += found[0].length;
      return [...found];
    },
    word(word) {
      skip();
      if (!text.startsWith(word, at)) refuse(word);
      at += word.length;
    },
    end() {
      skip();
      if (at < text.length) refuse('$end');
    },
  };
}

const NAME = /([a-zA-Z_][a-zA-Z0-9_]*)/;
const STRING = /"((?:[^"\\\n]|\\.)*)"/;

function linesIn(reader: Reader): LineQuery {
  const matchers: ((labels: Labels) => boolean)[] = [];
  let selective = false;
  reader.word('{');
  for (let more = true; more; ) {
    const { test, name } = predicate(reader);
    matchers.push(test);
    selective ||= !test({ [name]: '' });
    more = reader.peek(/,/);
    if (more) reader.word(',');
  }
  reader.word('}');
  if (!selective) {
    throw new QueryRefused(
      'parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value',
    );
  }
  const stages: LineQuery['passes'][] = [];
  while (reader.peek(/\||!=|!~/)) stages.push(stage(reader));
  return {
    streams: (labels) => matchers.every((matches) => matches(labels)),
    passes: (labels, line) => stages.every((passes) => passes(labels, line)),
  };
}

function stage(reader: Reader): LineQuery['passes'] {
  if (reader.peek(/\|=|\|~|!=|!~/)) {
    const [operator = ''] = reader.take(/\|=|\|~|!=|!~/, 'a line filter');
    const text = string(reader);
    if (operator === '|=') return (_labels, line) => line.includes(text);
    if (operator === '!=') return (_labels, line) => !line.includes(text);
    const pattern = compile(text);
    return (_labels, line) => pattern.matcher(line).find() === (operator === '|~');
  }
  reader.word('|');
  const any = [predicate(reader).test];
  while (reader.peek(/or\b/)) {
    reader.word('or');
    any.push(predicate(reader).test);
  }
  return (labels) => any.some((test) => test(labels));
}

function predicate(reader: Reader): { name: string; test: (labels: Labels) => boolean } {
  const [, name = ''] = reader.take(NAME, 'IDENTIFIER');
  const [operator = ''] = reader.take(/=~|!~|!=|=/, 'a comparison');
  const text = string(reader);
  if (operator === '=') return { name, test: (labels) => (labels[name] ?? '') === text };
  if (operator === '!=') return { name, test: (labels) => (labels[name] ?? '') !== text };
  const pattern = compile(text);
  // Matchers of labels are anchored, filters of lines are not.
  return { name, test: (labels) => pattern.matcher(labels[name] ?? '').matches() === (operator === '=~') };
}

function string(reader: Reader): string {
  const [, inside = ''] = reader.take(STRING, 'STRING');
  return JSON.parse(`"${inside}"`);
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new QueryRefused(`parse error : ${why}`, { cause });
  }
}
