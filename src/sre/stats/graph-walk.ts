/** From the service that hurts, down the calls, to the deepest one reached over anomalous services only. */

export type Calls = ReadonlyMap<string, readonly string[]>;

/** Everything `start` depends on, directly or not, with its distance in calls; `start` is 0. Cycles are harmless. */
export function reach(start: string, calls: Calls): Map<string, number> {
  const seen = new Map([[start, 0]]);
  const queue = [start];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    for (const next of calls.get(name) ?? []) {
      if (seen.has(next)) continue;
      seen.set(next, (seen.get(name) ?? 0) + 1);
      queue.push(next);
    }
  }
  return seen;
}

/** The same edges the other way round: who calls whom becomes who is called by whom. */
export function reverse(calls: Calls): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const [from, targets] of calls) for (const to of targets) out.set(to, [...(out.get(to) ?? []), from]);
  return out;
}

/** Anomalous services without an anomalous callee, nearest the edge of the walk first; the start when nothing else is. */
export function deepestAnomalous(start: string, calls: Calls, anomalous: ReadonlySet<string>): string[] {
  const depth = new Map([[start, 0]]);
  const queue = [start];
  const ends: string[] = [];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const next = (calls.get(name) ?? []).filter((callee) => anomalous.has(callee));
    const fresh = next.filter((callee) => !depth.has(callee));
    for (const callee of fresh) {
      depth.set(callee, (depth.get(name) ?? 0) + 1);
      queue.push(callee);
    }
    if (next.length === 0) ends.push(name);
  }
  if (ends.length === 0) ends.push(start);
  return ends.sort((a, b) => (depth.get(b) ?? 0) - (depth.get(a) ?? 0) || a.localeCompare(b));
}

/** With every callee as a service of its own: a source may name those only that call somebody. */
export function completed(calls: Calls): Map<string, readonly string[]> {
  const all = new Map(calls);
  for (const targets of calls.values()) for (const name of targets) if (!all.has(name)) all.set(name, []);
  return all;
}
