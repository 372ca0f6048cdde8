/** Values as a person writes them: a unit, and as many digits as mean something. The checker tolerates the rounding. */
import { round } from '../reading/round.ts';

/** `269 ms`, `2.48 s`, `16 %`, `1.2 GB`, `24.9/s`, `8`. Rates of sizes and durations stay as they were returned. */
export function amount(value: number, unit: string): string {
  switch (unit) {
    case 'seconds':
    case 's':
      return duration(value);
    case 'milliseconds':
    case 'ms':
      return `${trimmed(value)} ms`;
    case 'ratio':
      return `${shared(value * 100)} %`;
    case 'percent':
    case '%':
      return `${shared(value)} %`;
    case 'bytes':
      return bytes(value);
    case '1/s':
      return `${rate(value)}/s`;
    case '':
      return Math.abs(value) >= 5 ? grouped(Math.round(value)) : String(round(value, 2));
    default:
      return `${trimmed(value)} ${unit.replaceAll('_', ' ')}`;
  }
}

/** `52 an hour`: a slope without its sign. */
export function hourly(perHour: number, unit: string): string {
  return `${amount(Math.abs(perHour), unit)} an hour`;
}

/** `3 h 2 min`, `45 min`: how long between two moments, for prose that cites nothing. */
export function spell(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000));
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** 1,198. */
export function grouped(value: number): string {
  return Math.abs(value) < 10_000 && !Number.isInteger(value) ? String(value) : value.toLocaleString('en-US');
}

function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size >= 300) return `${trimmed(seconds / 60)} min`;
  return size >= 1 || size === 0 ? `${trimmed(seconds)} s` : `${trimmed(seconds * 1000)} ms`;
}

function bytes(value: number): string {
  const [scale, name] = SIZES.find(([least]) => Math.abs(value) >= least) ?? [1, 'bytes'];
  return `${trimmed(value / scale)} ${name}`;
}
const SIZES: [number, string][] = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
];

function shared(percent: number): string {
  return String(Math.abs(percent) >= 10 ? Math.round(percent) : round(percent, 2));
}

function rate(perSecond: number): string {
  return Math.abs(perSecond) >= 100 ? grouped(Math.round(perSecond)) : trimmed(perSecond);
}

/** Three significant digits. */
function trimmed(value: number): string {
  return String(round(value, Math.abs(value) >= 1000 ? 4 : 3));
}
