/**
 * Who is the cause among the services that departed: a softer walk to the deepest anomalous node. Trouble travels from a
 * callee to its callers, so what a caller shows is discounted by what its callees show, and a service gains by each
 * caller whose trouble it would explain over an unbroken path of troubled services.
 */
import { type Calls, reach, reverse } from './graph-walk.ts';
import type { Scored } from './rank.ts';
import type { Rules } from './ranking-rules.ts';

/** What one service shows: symptoms, which a callee can cause, and the rest, which it cannot. */
export interface Shown {
  symptoms: number;
  own: number;
  /** Both together, with a little for breadth. */
  all: number;
}

/** Highest first. Services that nothing is measured of are passed through; without a graph what is shown decides. */
export function explain(shown: ReadonlyMap<string, Shown>, calls: Calls, start: string | null, rules: Rules): Scored[] {
  const callees = new Map([...shown.keys()].map((name) => [name, measuredCallees(name, calls, shown)]));
  const callers = reverse(callees);
  const near = start === null || !calls.has(start) ? null : reach(start, calls);
  return [...shown]
    .map(([name, one]) => {
      const below = Math.max(0, ...(callees.get(name) ?? []).map((callee) => shown.get(callee)?.symptoms ?? 0));
      const share = one.symptoms > 0 ? Math.min(1, below / one.symptoms) : 0;
      const left = 1 - rules.explained * share ** 3;
      const rest = Math.max(one.own, one.symptoms * left) + (one.all - Math.max(one.own, one.symptoms)) * left;
      const gain = one.all > rules.calm ? 1 + (rules.explains * explained(name, shown, callers, rules)) / one.all : 1;
      const leaf = calls.size > 0 && (calls.get(name) ?? []).length === 0 ? rules.leaf : 1;
      const place = near === null || near.has(name) ? 1 : rules.elsewhere;
      return { name, score: rest * gain * leaf * place };
    })
    .sort((a, b) => b.score - a.score || a.name.localeCompare(b.name));
}

/** The nearest services below that something is measured of. Cycles are harmless. */
function measuredCallees(name: string, calls: Calls, shown: ReadonlyMap<string, Shown>): string[] {
  const seen = new Set([name]);
  const found: string[] = [];
  const queue = [...(calls.get(name) ?? [])];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (shown.has(next)) found.push(next);
    else queue.push(...(calls.get(next) ?? []));
  }
  return found;
}

/** Sum over the troubled callers above, none worth more than the service itself shows. */
function explained(name: string, shown: ReadonlyMap<string, Shown>, callers: Calls, rules: Rules): number {
  const own = shown.get(name)?.all ?? 0;
  const seen = new Set([name]);
  let total = 0;
  let level = [name];
  for (let weight = rules.farther; level.length > 0; weight *= rules.farther) {
    const above = new Set(level.flatMap((one) => callers.get(one) ?? []));
    level = [...above].filter((caller) => !seen.has(caller) && (shown.get(caller)?.all ?? 0) >= rules.calm);
    for (const caller of level) {
      seen.add(caller);
      total += weight * Math.min(shown.get(caller)?.all ?? 0, own);
    }
  }
  return total;
}
