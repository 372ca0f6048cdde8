/** Moments in a claim: full RFC 3339, a clock time, a date. Each must be in the evidence at its own precision. */
import { type Facts, moment } from './facts.ts';
import type { Remainder } from './remainder.ts';
import { isOfWindow } from './windows.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const FULL = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g;
const DATE = /(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])/g;
const CLOCK = /(?<![\w:.])([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?Z?(?!\w|:\d)/g;
const MONTH = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
const DAY_MONTH = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?\\s+(${MONTH})[a-z]*\\b`, 'gi');
const MONTH_DAY = new RegExp(`\\b(${MONTH})[a-z]*\\s+(\\d{1,2})(?:st|nd|rd|th)?\\b(?!:)`, 'gi');

export interface TimeCheck {
  problems: string[];
  /** Moments the claim states and the evidence holds: what the claim may count from. */
  stated: number[];
}

export function checkTimes(claim: Remainder, facts: Facts): TimeCheck {
  const problems: string[] = [];
  const stated: number[] = [];
  const whole = claim.text;
  const settle = (text: string, found: number | undefined) => {
    if (found === undefined) problems.push(`the time ${text} is not in the cited evidence`);
    else stated.push(found);
  };
  const find = ({ index, 0: text }: RegExpExecArray, fits: (known: number) => boolean) =>
    settle(
      text,
      facts.moments.find(fits) ?? (isOfWindow(whole, index, index + text.length) ? facts.bounds.find(fits) : undefined),
    );
  for (const match of claim.take(FULL)) {
    const [text] = match;
    const at = moment(/:\d\d:\d\d/.test(text) ? text : text.replace(/(:\d\d)(?=Z|[+-]|$)/, '$1:00'));
    find(match, (known) => near(known - at, at));
  }
  const days = [...facts.moments, ...facts.bounds];
  for (const [text] of claim.take(DATE))
    settle(
      text,
      days.find((at) => sameDay(at, moment(`${text}T00:00:00Z`))),
    );
  for (const match of claim.take(CLOCK)) {
    const [, hour, minute, second] = match;
    const clock = (Number(hour) * 60 + Number(minute)) * MINUTE + Number(second ?? 0) * 1000;
    find(match, (at) => near(around((at % DAY) - clock), second === undefined ? 0 : clock));
  }
  for (const [text, day, month] of claim.take(DAY_MONTH)) settle(text, onDay(days, day, month));
  for (const [text, month, day] of claim.take(MONTH_DAY)) settle(text, onDay(days, day, month));
  return { problems, stated };
}

/** Whole minutes were rounded by whoever wrote them; anything finer must agree to the second. */
function near(difference: number, written: number): boolean {
  return Math.abs(difference) <= (written % MINUTE === 0 ? MINUTE - 1 : 1000);
}

/** Shortest way around the clock: 23:59:30 is half a minute from 00:00. */
function around(difference: number): number {
  if (difference > DAY / 2) return difference - DAY;
  return difference < -DAY / 2 ? difference + DAY : difference;
}

function sameDay(at: number, other: number): boolean {
  return Math.floor(at / DAY) === Math.floor(other / DAY);
}

function onDay(days: readonly number[], day: string | undefined, month: string | undefined): number | undefined {
  const index = MONTHS.indexOf((month ?? '').slice(0, 3).toLowerCase());
  return days.find((at) => {
    const date = new Date(at);
    return date.getUTCMonth() === index && date.getUTCDate() === Number(day);
  });
}
