import { NoAnswer } from './no-answer.ts';

/** A range of RFC 3339 times in milliseconds, its end no later than now. */
export interface TimeWindow {
  from: number;
  to: number;
  range: { start: string; end: string };
  warnings: string[];
}

/** Throws `NoAnswer` when it is not a range: a time that is none, an end before its start. */
export function timeWindow(range: { start: string; end: string }, nowMs: number): TimeWindow {
  const from = Date.parse(range.start);
  const asked = Date.parse(range.end);
  if (!(from <= asked)) {
    const words = `${range.start} … ${range.end} is not a time range: give RFC 3339 times, start first`;
    throw new NoAnswer(words, { why: 'bad_query' });
  }
  const to = Math.max(from, Math.min(asked, nowMs));
  const end = new Date(to).toISOString();
  const warnings = to < asked ? [`the range ends at ${end}: nothing later exists yet`] : [];
  return { from, to, range: { start: new Date(from).toISOString(), end }, warnings };
}
