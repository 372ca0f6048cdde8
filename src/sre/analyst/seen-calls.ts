/** Who calls whom, as the instruments of those who call show it: a graph may leave out what is no service of its own, or not be there. */
import type { Calls } from '../stats/graph-walk.ts';
import type { Known } from './known.ts';
import { OWNERS, present } from './labels.ts';
import { ANSWERING, nodeNamed } from './node-names.ts';
import { type MetricInfo, metrics } from './shapes.ts';
import type { Call } from './transcript.ts';
import { roleOf } from './vocabulary.ts';

/** Instruments that are asked for it, the least that shows most calls. */
const MOST = 2;

/** Asks instruments that name both ends of a call, where the graph does not know all that are called. */
export function callQuestions(infos: readonly MetricInfo[], calls: Calls, window: object): Call[] {
  return infos
    .filter(({ name }) => ['traffic', 'latency', 'errors'].includes(roleOf(name)))
    .flatMap((info): { input: Record<string, unknown>; called: number }[] => {
      const { owner, answering } = endsOf(Object.keys(info.labels));
      if (owner === null || answering === null) return [];
      const called = info.labels[answering] ?? [];
      if (called.every((value) => nodeNamed(value, calls) !== null)) return [];
      return [
        {
          input: { metric: info.name, ...window, group_by: [owner, answering], points: 16, limit: 60 },
          called: called.length,
        },
      ];
    })
    .toSorted((a, b) => b.called - a.called)
    .slice(0, MOST)
    .map(({ input }) => ({ name: 'get_metrics', input }));
}

/** The graph, with the calls that instruments show of those that it knows; all that they show, where it knows nobody. */
export function withSeenCalls(graph: Calls, known: Known): Calls {
  const seen = known.flatMap(({ call, result }) =>
    call.name === 'get_metrics' && result.ok ? (metrics.safeParse(result.data).data?.series ?? []) : [],
  );
  const all = new Map([...graph].map(([name, targets]): [string, string[]] => [name, [...targets]]));
  for (const { labels } of seen) {
    const { owner, answering } = endsOf(Object.keys(labels));
    const [from, to] = [owner, answering].map((label) => nameOf(labels[label ?? ''], graph));
    if (from === undefined || to === undefined || from === to) continue;
    if (graph.has(to) || (graph.size > 0 && !graph.has(from))) continue;
    const targets = all.get(from) ?? [];
    if (!targets.includes(to)) all.set(from, [...targets, to]);
    if (!all.has(to)) all.set(to, []);
  }
  return all;
}

function endsOf(labels: string[]): { owner: string | null; answering: string | null } {
  const [owner = null] = present(OWNERS, labels);
  const [answering = null] = present(ANSWERING, labels).filter((label) => label !== owner);
  return { owner, answering };
}

/** An address of numbers is nobody's name. */
function nameOf(value: string | undefined, graph: Calls): string | undefined {
  if (value === undefined || value === '' || /^[\d.:[\]]+$/.test(value)) return undefined;
  return nodeNamed(value, graph) ?? value.replace(/:\d+$/, '');
}
