/** What a piece of evidence holds that a claim could repeat: its text, its numbers, its moments. */
import type { Evidence } from '../evidence.ts';
import { type Measured, partsOf } from './measured.ts';

export interface Facts {
  /** All cited content, unescaped and with single blanks, lower case: quotations are looked up here. */
  text: string;
  /** As `text`, plus the queries: names may come from there, numbers and quotations may not, because the model wrote them. */
  names: string;
  /** The source could not be asked: it shows nothing of the world. */
  blind: boolean;
  /** It was asked, and there is nothing in its answer. */
  empty: boolean;
  /** What the series of metrics hold, with whose it is and in what it was measured. */
  measured: Measured[];
  /** Absolute values of all other numbers: prose says "fell by 40 %" where data says -0.4. */
  numbers: number[];
  /** Milliseconds since 1970. */
  moments: number[];
  /** As `moments`: both ends of what was looked at. Nothing happened then. */
  bounds: number[];
  /** Seconds: how long the cited ranges are. */
  spans: number[];
}

const RFC3339 = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/gi;
/** A number that is not the inside of an id (`dep-42`, `a1b2`, `v2.1.0`); a unit may follow at once (`180ms`). */
const NUMBER = /(?<![\w.])(?<![A-Za-z_]-)-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![A-Za-z_]*\d)(?!\.\d)/g;
const GROUPED = /(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w,])/g;
/** Stands in a result because it was asked for; what was asked proves no number. */
const ASKED = /"(?:quantile|step_seconds|bucket_minutes|window_hours)":"?[\d.]+"?/g;
const EARLIEST = Date.UTC(2001, 0);
const LATEST = Date.UTC(2100, 0);

export function factsOf({ content, query, range }: Pick<Evidence, 'content' | 'query' | 'range'>): Facts {
  const text = plain(content);
  const { measured, asked, rest, empty } = partsOf(content);
  const told = plain(rest);
  const numbers = [...numbersIn(told.replace(RFC3339, ' ').replace(ASKED, ' ')), ...lengths(content)];
  const ends = range === null ? null : { start: moment(range.start), end: moment(range.end) };
  const inSeconds = [...numbers, ...measured.map(({ value }) => value)].map((number) =>
    number < EARLIEST / 100 ? number * 1000 : number,
  );
  return {
    text,
    names: `${text}\n${plain(JSON.stringify(query))}`,
    blind: content.startsWith('{"error":'),
    empty,
    measured,
    numbers,
    moments: [...(told.match(RFC3339) ?? []).map(moment), ...inSeconds].filter(isMoment),
    bounds: [...asked.map(moment), ...(ends === null ? [] : [ends.start, ends.end])].filter(isMoment),
    spans: ends === null ? [] : [(ends.end - ends.start) / 1000],
  };
}

function isMoment(at: number): boolean {
  return at > EARLIEST && at < LATEST;
}

/** What several pieces hold together. */
export function joinedFacts(facts: readonly Facts[]): Facts {
  return {
    text: facts.map(({ text }) => text).join('\n'),
    names: facts.map(({ names }) => names).join('\n'),
    blind: facts.length > 0 && facts.every(({ blind }) => blind),
    empty: facts.length > 0 && facts.every(({ empty }) => empty),
    measured: facts.flatMap(({ measured }) => measured),
    numbers: facts.flatMap(({ numbers }) => numbers),
    moments: facts.flatMap(({ moments }) => moments),
    bounds: facts.flatMap(({ bounds }) => bounds),
    spans: facts.flatMap(({ spans }) => spans),
  };
}

/** Text as a reader compares it: JSON escapes undone, runs of blanks made one, case folded. */
export function plain(text: string): string {
  return text
    .replace(/\\u([0-9a-fA-F]{4})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\[ntr]/g, ' ')
    .replace(/\\(["\\/])/g, '$1')
    .replace(/\s+/g, ' ')
    .toLowerCase();
}

/** True when the name stands there whole: `chg-1` is not in `chg-1042`, `v2.1` not in `v2.1.3`. */
export function holdsName(text: string, name: string): boolean {
  const wanted = plain(name).trim();
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const before = text.slice(Math.max(0, at - 1), at);
    const after = text.slice(at + wanted.length, at + wanted.length + 2);
    if (!/[\w-]/.test(before) && !/^(?:[\w-]|\.\d)/.test(after)) return true;
  }
  return false;
}

export function moment(text: string): number {
  const zoned = /(?:[zZ]|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`;
  return Date.parse(zoned.replace(' ', 'T').toUpperCase());
}

function numbersIn(text: string): number[] {
  return [...(text.match(NUMBER) ?? []), ...(text.match(GROUPED) ?? [])]
    .map((token) => Math.abs(Number(token.replaceAll(',', ''))))
    .filter(Number.isFinite);
}

/** How many items each list holds: "three deploys" is in the data as three rows. */
function lengths(content: string): number[] {
  const found: number[] = [];
  try {
    JSON.parse(content, (_key, value: unknown) => {
      if (Array.isArray(value)) found.push(value.length);
      return value;
    });
  } catch {
    // Not JSON: its text still counts.
  }
  return found;
}
