/** Why a change was not it: too late, too early, or nothing that the service depends on. Each from the rows cited. */
import { holdsName, plain } from '../../checking/facts.ts';
import type { Opinion } from './opinion.ts';
import type { Rows } from './rows.ts';
import { clockOf, clocksIn, momentOf } from './words.ts';

const DAY = 24 * 3_600_000;
const MOST_DAYS = 30 * DAY;
const MINUTE = 60_000;

export function judgeExclusion(text: string, rows: Rows): Opinion | null {
  const named = rows.changes.find(({ id }) => holdsName(plain(text), id));
  const at = named === undefined ? null : Date.parse(named.time);
  for (const reason of [tooLate, tooEarly, notBeneath, onlyAbove]) {
    const opinion = reason(text, at, rows);
    if (opinion !== null) return opinion;
  }
  return null;
}

function tooLate(text: string, at: number | null, { series }: Rows): Opinion | null {
  const [clock] = clocksIn(/\bafter [^.;]*\bbegun \([^)]*\)/i.exec(text)?.[0] ?? '');
  if (clock === undefined || at === null) return null;
  // Without a date it is of the day that the series end on, which need not be the day of the change.
  const end = Math.max(...series.map(({ points }) => points.at(-1)?.[0] ?? 0));
  const began = momentOf(
    clock,
    clock.date === null ? end - DAY : at - MOST_DAYS,
    clock.date === null ? end : at + MOST_DAYS,
  );
  if (began === null) return null;
  return at >= began - MINUTE
    ? { verdict: 'supported', why: `It took effect at ${clockOf(at)}, not before ${clockOf(began)}.` }
    : { verdict: 'not_supported', why: `It took effect at ${clockOf(at)}, before ${clockOf(began)} and not after it.` };
}

/** The day of the later moment is that of a series that covers it. */
function tooEarly(text: string, at: number | null, { series }: Rows): Opinion | null {
  const [clock] = clocksIn(/\bdid not move until [^.;]*/i.exec(text)?.[0] ?? '');
  if (clock === undefined || at === null) return null;
  const moved = series.flatMap(({ points }) => {
    const found = momentOf(clock, points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0);
    return found === null ? [] : [found];
  })[0];
  if (moved === undefined) return null;
  return at < moved
    ? { verdict: 'supported', why: `It took effect at ${clockOf(at)}, before ${clockOf(moved)}.` }
    : { verdict: 'not_supported', why: `It took effect at ${clockOf(at)}, not before ${clockOf(moved)}.` };
}

function notBeneath(text: string, _at: number | null, { depends }: Rows): Opinion | null {
  const [, service, other] = /([\w-]+) does not depend on ([\w-]+)/i.exec(text) ?? [];
  if (service === undefined || other === undefined || !depends.has(service)) return null;
  return reaches(depends, service, other)
    ? { verdict: 'not_supported', why: `The service graph leads from ${service} to ${other}.` }
    : { verdict: 'supported', why: `The service graph does not lead from ${service} to ${other}.` };
}

function onlyAbove(text: string, _at: number | null, { depends }: Rows): Opinion | null {
  const [, caller, service] = /([\w-]+) only calls ([\w-]+)/i.exec(text) ?? [];
  if (caller === undefined || service === undefined || !depends.has(service)) return null;
  const isAbove = reaches(depends, caller, service) && !reaches(depends, service, caller);
  return isAbove
    ? { verdict: 'supported', why: `The service graph leads from ${caller} to ${service} and not back.` }
    : { verdict: 'not_supported', why: `The service graph does not have ${caller} above ${service} only.` };
}

function reaches(depends: Rows['depends'], from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const one of depends.get(next) ?? []) {
      if (one === to) return true;
      if (!seen.has(one)) open.push(one);
      seen.add(one);
    }
  }
  return false;
}
