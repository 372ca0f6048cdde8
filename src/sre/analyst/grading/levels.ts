/** "flat: median 24.9/s since 10:49, 23.0/s before": both medians, from the points on both sides. */
import { medianOf } from '../../stats/scale.ts';
import type { Opinion } from './opinion.ts';
import type { Rows, Series } from './rows.ts';
import { seriesNamed } from './subjects.ts';
import { AMOUNT, amountOf, type Clock, clockOf, clocksIn, momentOf, readings, short } from './words.ts';

const MEDIANS = new RegExp(`\\bmedian\\s+${AMOUNT}\\s+since\\s+[^,;]{4,20}[,;]\\s+${AMOUNT}\\s+before`, 'i');
const SLACK = 0.2;

export function judgeLevels(text: string, rows: Rows): Opinion | null {
  const match = MEDIANS.exec(text);
  const [clock] = clocksIn(match?.[0] ?? '');
  if (match === null || clock === undefined || rows.series.length === 0) return null;
  const [, is = '', isUnit = '', was = '', wasUnit = ''] = match;
  const stated = { after: amountOf(is, isUnit), before: amountOf(was, wasUnit) };
  const opinions = seriesNamed(text.slice(0, match.index), rows.series).flatMap((series) => {
    const sides = sidesOf(series, clock);
    if (sides === null) return [];
    const { at, before, after } = sides;
    const fits = readings(stated.after.unit).some(
      (read) =>
        near(stated.after.value, read(medianOf(after)), read(medianOf(before))) &&
        near(stated.before.value, read(medianOf(before)), read(medianOf(after))),
    );
    const seen = `in ${series.evidence} the median is ${short(medianOf(before))} before ${clockOf(at)} and ${short(medianOf(after))} after it`;
    const opinion: Opinion = fits
      ? { verdict: 'supported', why: `Computed again, ${seen}.` }
      : { verdict: 'not_supported', why: `The medians are others: ${seen}.` };
    return [opinion];
  });
  return opinions.find(({ verdict }) => verdict === 'supported') ?? (rows.cut ? null : (opinions[0] ?? null));
}

function sidesOf({ points }: Series, clock: Clock) {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return null;
  const at = momentOf(clock, first[0], last[0]);
  if (at === null) return null;
  const before = points.filter(([time]) => time < at).map(([, value]) => value);
  const after = points.filter(([time]) => time >= at).map(([, value]) => value);
  return before.length < 2 || after.length < 2 ? null : { at, before, after };
}

function near(stated: number, seen: number, other: number): boolean {
  const size = Math.max(Math.abs(seen), Math.abs(other), Math.abs(stated));
  return Math.abs(stated - Math.abs(seen)) <= SLACK * size;
}
