/**
 * How far a series departs on an ordinary day, seen as it will be seen now. A burst that comes all day is nothing to wake
 * anybody for, however far it goes beyond single samples; one that began to come some hours ago is.
 */
import type { Columns } from './columns.ts';
import { departure, type Span } from './departure.ts';
import type { Normal } from './normal.ts';

export interface Usual {
  /** In normal's scales; at least 1, which is as far as single samples stray. */
  up: number;
  down: number;
}

/** With fewer moments of history their largest departure says little. */
const ENOUGH = 20;

/** The departure that `parts` equal parts of the history reach in two of them; moments are two in a span. O(samples). */
export function usualOf(history: Columns, normal: Normal, span: Span, parts: number): Usual {
  const { times } = history;
  const start = (times[0] ?? 0) + span.before;
  const end = (times.at(-1) ?? 0) - span.after;
  const up = new Float64Array(parts);
  const down = new Float64Array(parts);
  let count = 0;
  for (let moment = start; moment <= end; moment += span.after / 2) {
    const found = departure(history, normal, moment, span);
    if (found === null) continue;
    const part = Math.min(parts - 1, Math.floor((parts * (moment - start)) / (end - start)));
    up[part] = Math.max(up[part] ?? 0, found.up);
    down[part] = Math.max(down[part] ?? 0, found.down);
    count += 1;
  }
  return count < ENOUGH ? { up: 1, down: 1 } : { up: inTwo(up), down: inTwo(down) };
}

function inTwo(most: Float64Array): number {
  return Math.max(1, most.sort().at(-2) ?? 1);
}
