/**
 * What a series ordinarily does, as far as it is known at a moment at which an incident may have begun. With history
 * enough, all moments share what came before the first of them; with little, each has all that came before itself, for
 * what is cut from a short history is missed more than what the incident adds to it.
 */
import { firstAtOrAfter } from '../../lib/first-at-or-after.ts';
import type { Columns } from './columns.ts';
import type { Span } from './departure.ts';
import { type Floors, type Normal, normalOf } from './normal.ts';
import type { Rules } from './ranking-rules.ts';
import { type Usual, usualOf } from './usual.ts';

export interface Ordinary {
  normal: Normal;
  usual: Usual;
}
export interface Asked {
  /** Milliseconds: the first moment asked about, and when the alert fired. */
  from: number;
  at: number;
  span: Span;
  floors: Floors;
  rules: Rules;
}

/** Samples from which a middle and a spread can be told. */
const ENOUGH = 20;
const LEAST = 3;
const MINUTE = 60_000;

/** Null at a moment of which too little is known. */
export function ordinaryOf(series: Columns, asked: Asked): (moment: number) => Ordinary | null {
  const shared = firstAtOrAfter(series.times, asked.from);
  if (shared >= ENOUGH) {
    const known = upTo(series, shared, asked);
    return () => known;
  }
  // An early moment has a third of what there is before the alert all the same: of less, chance makes a narrow scale.
  const least = Math.max(LEAST, Math.ceil(firstAtOrAfter(series.times, asked.at) / 3));
  const known = new Map<number, Ordinary | null>();
  return (moment) => {
    const length = Math.max(least, firstAtOrAfter(series.times, moment));
    const kept = known.get(length) ?? upTo(series, length, asked);
    known.set(length, kept);
    return kept;
  };
}

function upTo({ times, values }: Columns, length: number, { span, floors, rules }: Asked): Ordinary | null {
  const history = { times: times.subarray(0, length), values: values.subarray(0, length) };
  // Samples of one minute say nearly the same: the usual rate is one over a minute.
  const minutes = ((times[length - 1] ?? 0) - (times[0] ?? 0)) / MINUTE;
  const normal = normalOf(history.values, floors, rules.tail, Math.min(length, minutes));
  return normal === null ? null : { normal, usual: usualOf(history, normal, span, rules.parts) };
}
