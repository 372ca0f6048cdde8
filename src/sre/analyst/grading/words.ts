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

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const TIME = /(?<![\w:.])(?:(\d{1,2}) ([a-z]{3}) )?([01]?\d|2[0-3]):([0-5]\d)(?![\w:])/gi;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** A time of day as written: `13:31`, or `16 Apr 13:31`. UTC. */
export interface Clock {
  minutes: number;
  date: { day: number; month: number } | null;
}

export function clocksIn(text: string): Clock[] {
  return [...text.matchAll(TIME)].map(([, day, name = '', hour, minute]) => {
    const month = MONTHS.indexOf(name.toLowerCase());
    const date = day === undefined || month < 0 ? null : { day: Number(day), month };
    return { minutes: Number(hour) * 60 + Number(minute), date };
  });
}

/** The newest moment between two that reads so; null when there is none. */
export function momentOf(clock: Clock, from: number, to: number): number | null {
  for (let day = Math.floor(to / DAY) * DAY; day + DAY > from; day -= DAY) {
    const at = day + clock.minutes * MINUTE;
    if (isOnDate(clock, at) && at >= from - MINUTE && at <= to + MINUTE) return at;
  }
  return null;
}

/** A time without a date may be of any day. */
export function isOnDate({ date }: Clock, at: number): boolean {
  const on = new Date(at);
  return date === null || (on.getUTCDate() === date.day && on.getUTCMonth() === date.month);
}

export function clockOf(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
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
