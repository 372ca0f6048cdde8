/** Amounts, moments and names as a statement writes them. */
import { readingsOf, type Unit, unitOf } from '../../checking/units.ts';

export interface Amount {
  text: string;
  /** In the base of its unit. */
  value: number;
  unit: Unit | null;
}

const NUMBER = String.raw`-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?`;
/** For use inside other patterns: two groups, the digits and what may be their unit. */
export const AMOUNT = String.raw`(${NUMBER})((?:\s?(?:%|×)|\s?[a-zA-Zµμ]+(?:\/[a-z]+)?|\/[a-z]+)?)`;

export function amountOf(digits: string, written: string): Amount {
  const unit = unitOf(written);
  const value = Math.abs(Number(digits.replaceAll(',', ''))) * (unit?.scale ?? 1);
  return { text: `${digits}${unit === null ? '' : written}`, value, unit };
}

/** One way to read the bare numbers of a series in the unit of a statement; the same for all of its points. */
export function readings(unit: Unit | null): ((value: number) => number)[] {
  return readingsOf(1, unit).map((_one, at) => (value) => readingsOf(value, unit)[at] ?? value);
}

const CLOCK = /(?<![\w:.])([01]?\d|2[0-3]):([0-5]\d)(?![\w:])/g;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** Clock times in a text, as minutes of a day. */
export function clocksIn(text: string): number[] {
  return [...text.matchAll(CLOCK)].map(([, hour, minute]) => Number(hour) * 60 + Number(minute));
}

/** The newest moment between two that has this clock time; null when there is none. */
export function momentOf(clock: number, from: number, to: number): number | null {
  const midnight = Math.floor(to / DAY) * DAY;
  for (let day = midnight; day + DAY > from; day -= DAY) {
    const at = day + clock * MINUTE;
    if (at >= from - MINUTE && at <= to + MINUTE) return at;
  }
  return null;
}

export function clockOf(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

export function sameMinute(a: number, b: number): boolean {
  return Math.abs(a - b) < MINUTE;
}

/** Texts in quotation marks or backquotes, without blanks at their ends. */
export function quotesIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`|"([^"]+)"|“([^”]+)”/g)]
    .map((match) => (match[1] ?? match[2] ?? match[3] ?? '').trim())
    .filter((quoted) => quoted !== '');
}

export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
