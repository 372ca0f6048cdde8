/**
 * Which service to look at first, from metrics alone. Series are handed in one after the other and forgotten: memory
 * grows with services and moments, never with samples. Each series is measured against its own history at every moment
 * at which the incident may have begun; the moment at which the services departed most, and nearest to the alert, wins.
 */
import { type Board, note, strongest } from './board.ts';
import { type Columns, knownShare, paceOf, thinned } from './columns.ts';
import { type Departure, departure } from './departure.ts';
import { explain, type Shown } from './explain.ts';
import { FAMILIES, type Family, isSymptom } from './families.ts';
import { type Calls, reach } from './graph-walk.ts';
import type { Floors } from './normal.ts';
import { ordinaryOf } from './ordinary.ts';
import type { Scored } from './rank.ts';
import { RULES, type Rules } from './ranking-rules.ts';
import type { Usual } from './usual.ts';

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
  let earliest = at;
  return {
    add(observed) {
      earliest = Math.min(earliest, observed.times[0] ?? at);
      const series = thinned(observed, Math.min(horizon.step, paceOf(at - (observed.times[0] ?? at))));
      const ordinary = ordinaryOf(series, {
        from: at - horizon.before,
        at,
        span,
        floors: observed.floors,
        rules,
      });
      const column = FAMILIES.indexOf(observed.family);
      moments.forEach((moment, i) => {
        const known = ordinary(moment);
        const found = known === null ? null : departure(series, known.normal, moment, span);
        if (known === null || found === null) return;
        const strength = strengthOf(found, known.usual, observed, rules);
        const board = boards[i];
        if (board !== undefined) note(board, observed.service, column, strength, found.first);
      });
    },
    ranking() {
      // In minutes of history every burst is a first: there the alert's own time weighs more.
      const share = Math.max(0.1, knownShare(at - earliest));
      const halfWindow = Math.round((share * horizon.window) / 2 / horizon.step);
      const near = service === null || !calls.has(service) ? null : reach(service, calls);
      const loud = boards.map((board, i) => {
        const closeness = 1 / (1 + (((moments[i] ?? at) - at) / (share * horizon.fade)) ** 2);
        return closeness * loudness(board, near, rules);
      });
      const best = loud.reduce((most, value, i) => (value > (loud[most] ?? 0) ? i : most), 0);
      return conclude(boards.slice(0, best + 1), halfWindow, { service, calls, rules });
    },
  };
}

function strengthOf(found: Departure, usual: Usual, { goodHigh, family }: Observed, rules: Rules): number {
  const up = found.up / usual.up;
  const down = found.down / usual.down;
  const [bad, good] = goodHigh ? [down, up] : [up, down];
  const most = Math.max(Math.min(bad, rules.most), rules.goodSide * Math.min(good, rules.most));
  return rules.weight[family] * Math.log1p(most);
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
