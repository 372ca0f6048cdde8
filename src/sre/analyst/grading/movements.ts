/** "rose from 180 ms to 2.4 s at 13:31": direction and both levels, from the points before and after that moment. */
import { medianOf } from '../../stats/scale.ts';
import type { Opinion } from './opinion.ts';
import type { Rows, Series } from './rows.ts';
import { seriesNamed } from './subjects.ts';
import { AMOUNT, type Amount, amountOf, type Clock, clockOf, clocksIn, momentOf, readings, short } from './words.ts';

const UP = 'rose|rises|climbed|climbs|increased|grew|jumped|went up';
const DOWN = 'fell|falls|sank|sinks|dropped|decreased|declined|went down';
const MOVED = new RegExp(
  `\\b(?:(${UP})|(${DOWN}))\\s+from\\s+(?:(next to nothing)|${AMOUNT})\\s+(?:to\\s+${AMOUNT}|by\\b)`,
  'i',
);
/** Points shown of a long window are medians of buckets, whose ends are less extreme than the samples. */
const SLACK = 0.25;

interface Move {
  up: boolean;
  from: Amount | null;
  to: Amount | null;
  /** Null when the statement names no time. */
  clock: Clock | null;
}

export function judgeMovement(text: string, rows: Rows): Opinion | null {
  const move = moveIn(text);
  if (move === null || rows.series.length === 0) return null;
  const about = seriesNamed(text, rows.series);
  const opinions = about.map((series) => judgeOne(move, series));
  const best = opinions.find(({ verdict }) => verdict === 'supported');
  if (best !== undefined) return best;
  const [refuted] = rows.cut || opinions.some(({ verdict }) => verdict === 'cannot_tell') ? [] : opinions;
  return refuted ?? { verdict: 'cannot_tell', why: 'No series that fits the statement is shown well enough.' };
}

function moveIn(text: string): Move | null {
  const match = MOVED.exec(text);
  if (match === null) return null;
  const [whole, up, , none, from, fromUnit = '', to, toUnit = ''] = match;
  const last = to === undefined ? null : amountOf(to, toUnit);
  const first = none !== undefined || from === undefined ? null : amountOf(from, fromUnit);
  // "from 180 to 240 ms": the first number has the unit of the second.
  if (first !== null && first.unit === null && last !== null && last.unit !== null) {
    first.unit = last.unit;
    first.value *= last.unit.scale;
  }
  const [after] = clocksIn(text.slice(match.index + whole.length));
  const [before] = clocksIn(text.slice(0, match.index)).slice(-1);
  return { up: up !== undefined, from: first, to: last, clock: after ?? before ?? null };
}

function judgeOne(move: Move, { evidence, points }: Series): Opinion {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return { verdict: 'cannot_tell', why: `${evidence} has no points.` };
  const split = move.clock === null ? (first[0] + last[0]) / 2 : momentOf(move.clock, first[0], last[0]);
  if (split === null) return { verdict: 'cannot_tell', why: `${evidence} has no point at that time.` };
  const before = points.filter(([time]) => time < split).map(([, value]) => value);
  const after = points.filter(([time]) => time >= split).map(([, value]) => value);
  if (before.length < 2 || after.length < 2)
    return { verdict: 'cannot_tell', why: `${evidence} shows too little on one side of ${clockOf(split)}.` };
  const seen = `in ${evidence} the points lie between ${span(before)} before ${clockOf(split)} and ${span(after)} after it`;
  if (rises(before, after) !== move.up)
    return { verdict: 'not_supported', why: `The direction is the other one: ${seen}.` };
  const fits = readings((move.to ?? move.from)?.unit ?? null).some(
    (read) =>
      within(move.from, before.map(read), after.map(read)) && within(move.to, after.map(read), before.map(read)),
  );
  return fits
    ? { verdict: 'supported', why: `Computed again, ${seen}.` }
    : { verdict: 'not_supported', why: `The levels are others: ${seen}.` };
}

/** What climbs and is reset ends where it began, and was higher in between. */
function rises(before: readonly number[], after: readonly number[]): boolean {
  const [was, is] = [medianOf(before), medianOf(after)];
  if (was !== is) return is > was;
  return Math.max(...after) - was >= was - Math.min(...after);
}

/** Within what the points of its side cover, widened by a share of all that moved. */
function within(amount: Amount | null, side: readonly number[], other: readonly number[]): boolean {
  if (amount === null) return true;
  const all = [...side, ...other].map(Math.abs);
  const slack = SLACK * (Math.max(...all) - Math.min(...all)) + 0.02 * amount.value;
  const own = side.map(Math.abs);
  return amount.value >= Math.min(...own) - slack && amount.value <= Math.max(...own) + slack;
}

function span(values: readonly number[]): string {
  return `${short(Math.min(...values))} and ${short(Math.max(...values))}`;
}
