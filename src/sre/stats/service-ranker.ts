/**
 * Which service to look at first, from metrics alone. Series are handed in one after the other and forgotten: memory
 * grows with services and moments, never with samples. Each series is measured against its own history at every moment
 * at which the incident may have begun; the moment at which the services departed most, and nearest to the alert, wins.
 */
import { type Board, note, strongest } from './board.ts';
import { type Columns, firstAtOrAfter, thinned } from './columns.ts';
import { departure } from './departure.ts';
import { explain, type Shown } from './explain.ts';
import { FAMILIES, type Family, isSymptom } from './families.ts';
import { type Calls, reach } from './graph-walk.ts';
import { type Floors, normalOf } from './normal.ts';
import type { Scored } from './rank.ts';
import { RULES, type Rules } from './ranking-rules.ts';
import { usualOf } from './usual.ts';

export interface Observed extends Columns {
  service: string;
  family: Family;
  /** Bad when it falls, as availability. */
  goodHigh: boolean;
  floors: Floors;
}
/** How far around the alert a beginning is looked for, and over how long a departure shows. Milliseconds. */
export interface Horizon {
  before: number;
  after: number;
  step: number;
  window: number;
  /** Distance from the alert at which a moment counts half. */
  fade: number;
}
const MINUTE = 60_000;
export const ACUTE: Horizon = {
  before: 25 * MINUTE,
  after: 5 * MINUTE,
  step: MINUTE,
  window: 10 * MINUTE,
  fade: 15 * MINUTE,
};

export interface ServiceRanking {
  /** False when nothing is wrong that can be seen: the alert's service is calm, or nothing departed loudly. */
  anomalous: boolean;
  /** Milliseconds; null without any sample in the horizon. */
  onset: number | null;
  /** Empty when nothing departed; not empty, yet not `anomalous`, when something did that the alert's service is calm about. */
  services: Scored[];
}
export interface Question {
  /** Milliseconds: when the alert fired. */
  at: number;
  /** The alert's service; null when unknown. */
  service: string | null;
  calls: Calls;
  horizon?: Horizon;
  rules?: Rules;
}
export interface ServiceRanker {
  /** Takes what it needs; the columns may be reused afterwards. */
  add(series: Observed): void;
  ranking(): ServiceRanking;
}

export function serviceRanker({ at, service, calls, horizon = ACUTE, rules = RULES }: Question): ServiceRanker {
  const count = Math.floor((horizon.before + horizon.after) / horizon.step) + 1;
  const moments = Array.from({ length: count }, (_, i) => at - horizon.before + i * horizon.step);
  const boards: Board[] = moments.map(() => new Map());
  const span = { after: horizon.window, before: 3 * horizon.window };
  const halfWindow = Math.round(horizon.window / 2 / horizon.step);
  return {
    add(observed) {
      const series = thinned(observed, Math.min(MINUTE, horizon.step));
      const before = history(series, at, horizon);
      const normal = normalOf(before.values, observed.floors, rules.tail);
      if (normal === null) return;
      const usual = usualOf(before, normal, span, rules.parts);
      const column = FAMILIES.indexOf(observed.family);
      moments.forEach((moment, i) => {
        const found = departure(series, normal, moment, span);
        if (found === null) return;
        const up = found.up / usual.up;
        const down = found.down / usual.down;
        const bad = observed.goodHigh ? down : up;
        const good = observed.goodHigh ? up : down;
        const strength =
          rules.weight[observed.family] *
          Math.log1p(Math.max(Math.min(bad, rules.most), rules.goodSide * Math.min(good, rules.most)));
        const board = boards[i];
        if (board !== undefined) note(board, observed.service, column, strength, found.first);
      });
    },
    ranking() {
      const near = service === null || !calls.has(service) ? null : reach(service, calls);
      const loud = boards.map((board, i) => {
        const closeness = 1 / (1 + (((moments[i] ?? at) - at) / horizon.fade) ** 2);
        return closeness * loudness(board, near, rules);
      });
      const best = loud.reduce((most, value, i) => (value > (loud[most] ?? 0) ? i : most), 0);
      return conclude(boards.slice(0, best + 1), halfWindow, { service, calls, rules });
    },
  };
}

/** What came before the incident can have begun; with too little of it, whatever came first. */
function history({ times, values }: Columns, at: number, horizon: Horizon): Columns {
  const enough = [at - horizon.before, at - 5 * MINUTE]
    .map((end) => firstAtOrAfter(times, end))
    .find((length) => length >= 3);
  return { times: times.subarray(0, enough ?? 3), values: values.subarray(0, enough ?? 3) };
}

/** What the services show together at a moment, none more than two: a crowd of calm ones does not drown a loud one. */
function loudness(board: Board, near: ReadonlyMap<string, number> | null, rules: Rules): number {
  let total = 0;
  for (const [name, { strength }] of board)
    if (near === null || near.has(name)) total += Math.max(0, Math.min(2, shownBy(strength, rules).all) - rules.calm);
  return total;
}

function shownBy(strength: Float64Array, rules: Rules): Shown {
  let symptoms = 0;
  let own = 0;
  let sum = 0;
  FAMILIES.forEach((family, i) => {
    const one = strength[i] ?? 0;
    sum += one;
    if (isSymptom(family)) symptoms = Math.max(symptoms, one);
    else own = Math.max(own, one);
  });
  const most = Math.max(symptoms, own);
  return { symptoms, own, all: most + rules.breadth * (sum - most) };
}

/**
 * The last board is that of the moment chosen; those before it say since when. The moment is known no better than half a
 * window, so the boards of that long before it count with it.
 */
function conclude(
  boards: readonly Board[],
  halfWindow: number,
  { service, calls, rules }: { service: string | null; calls: Calls; rules: Rules },
): ServiceRanking {
  const board = strongest(boards.slice(-1 - halfWindow));
  const shown = new Map([...board].map(([name, { strength }]) => [name, shownBy(strength, rules)]));
  const services = explain(shown, calls, service, rules);
  const own = service === null ? undefined : shown.get(service);
  const hurts = own === undefined || own.all >= rules.hurts;
  const highest = services[0]?.score ?? 0;
  const anomalous = hurts && highest >= rules.loud;
  const named = anomalous || highest >= rules.clear ? services : [];
  return { anomalous, onset: anomalous ? since(boards, services) : null, services: named };
}

/** When the first of the three services most suspected was out: of late alerts the moment chosen is late too. */
function since(boards: readonly Board[], services: readonly Scored[]): number | null {
  const firsts = services.slice(0, 3).flatMap(({ name }) => {
    const strengths = boards.at(-1)?.get(name)?.strength ?? [];
    return [...strengths].flatMap((strength, column) => (strength >= 1 ? [firstOut(boards, name, column)] : []));
  });
  return firsts.length === 0 ? null : Math.min(...firsts);
}

/** Back over the moments from which the same departure was seen at least as strongly. */
function firstOut(boards: readonly Board[], name: string, column: number): number {
  const rows = boards.map((board) => board.get(name));
  const strength = rows.at(-1)?.strength[column] ?? 0;
  let first = rows.at(-1)?.first[column] ?? 0;
  for (let i = rows.length - 2; i >= 0 && (rows[i]?.strength[column] ?? 0) >= 0.9 * strength; i--)
    first = Math.min(first, rows[i]?.first[column] ?? first);
  return first;
}
