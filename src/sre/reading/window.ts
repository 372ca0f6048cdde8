/** Times as a model writes them → a range. Relative times count back from the incident's now, never from the clock. */
import { z } from 'zod';
import type { TimeRange } from '../evidence.ts';

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What a time in a tool's input may be, for its description. */
export const TIME_HELP = 'RFC 3339 time, or relative to the incident\'s now: "now", "-90m", "-6h", "-2d"';

/** `start` and `end` of a tool's input. */
export function windowInput(defaultStart: string) {
  return {
    start: z.string().optional().describe(`${TIME_HELP}. Default: ${defaultStart}`),
    end: z.string().optional().describe(`${TIME_HELP}. Default: now`),
  };
}

export type Window = { ok: true; start: number; end: number; range: TimeRange } | { ok: false; error: string };

/** The window asked for; what is missing is the default length before now, or before `end`. Never reaches past now. */
export function windowOf(
  asked: { start?: string | undefined; end?: string | undefined },
  now: Date,
  defaultMs: number,
): Window {
  const end = asked.end === undefined ? now.getTime() : momentOf(asked.end, now);
  if (end === null) return bad('end', asked.end);
  const cut = Math.min(end, now.getTime());
  const start = asked.start === undefined ? cut - defaultMs : momentOf(asked.start, now);
  if (start === null) return bad('start', asked.start);
  if (start >= cut)
    return {
      ok: false,
      error: `start must be before end, and before now (${iso(now.getTime())}); got ${iso(start)} to ${iso(cut)}`,
    };
  return { ok: true, start, end: cut, range: { start: iso(start), end: iso(cut) } };
}

/**
 * The window's range from a whole step of UTC on, a little earlier than asked: samples are mostly taken on whole steps,
 * and a point that stands for those of a step beside them says when it was by up to a step too late.
 */
export function wholeSteps({ start, end }: { start: number; end: number }, stepSeconds: number): TimeRange {
  const step = stepSeconds * 1000;
  return { start: iso(Math.floor(start / step) * step), end: iso(end) };
}

/** Milliseconds, or null when it is no time. */
export function momentOf(text: string, now: Date): number | null {
  const relative = /^(?:now)?\s*-\s*(\d+(?:\.\d+)?)\s*([smhd])$/i.exec(text.trim());
  if (relative !== null) return now.getTime() - Number(relative[1]) * (UNITS[(relative[2] ?? 'm').toLowerCase()] ?? 0);
  if (text.trim().toLowerCase() === 'now') return now.getTime();
  const parsed = /^\d{4}-\d{2}-\d{2}T/.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN;
  return Number.isNaN(parsed) ? null : parsed;
}

/** RFC 3339 UTC to the second. */
export function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function bad(field: string, got: string | undefined): Window {
  return { ok: false, error: `${field} "${got ?? ''}" is no time; give a ${TIME_HELP}` };
}
