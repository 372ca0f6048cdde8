/** Sources that fail while they are asked: `faults.json` of a world says which question to which source gets no answer. */
import { z } from 'zod';
import type { Answer, Unavailable } from '../../sre/ports/answer.ts';
import type { Sources } from '../../sre/sources.ts';

const SOURCES = ['metrics', 'logs', 'changes', 'topology', 'traces'] as const;
type Source = (typeof SOURCES)[number];

export const faults = z.array(
  z.object({
    source: z.enum(SOURCES),
    /** Counted from 1, each source by itself; both are among them. */
    first: z.number().int().min(1),
    last: z.number().int().min(1),
    why: z.enum(['unreachable', 'forbidden', 'timeout', 'malformed']),
    detail: z.string().min(1),
  }),
);
export type Faults = z.infer<typeof faults>;

type Ports = Pick<Sources, Source>;

/** The same ports, each question counted before it is asked. */
export function failing({ metrics, logs, changes, topology, traces }: Ports, list: Faults, name: string): Ports {
  const counts = new Map<Source, number>();
  async function ask<Data>(source: Source, work: () => Promise<Answer<Data>>): Promise<Answer<Data>> {
    const count = (counts.get(source) ?? 0) + 1;
    counts.set(source, count);
    const fault = list.find((one) => one.source === source && count >= one.first && count <= one.last);
    if (fault === undefined) return work();
    const { why, detail } = fault;
    const none: Unavailable = { status: 'unavailable', source: name, why, detail };
    return none;
  }
  return {
    metrics: {
      list: (query, signal) => ask('metrics', () => metrics.list(query, signal)),
      query: (query, signal) => ask('metrics', () => metrics.query(query, signal)),
    },
    logs: {
      search: (query, signal) => ask('logs', () => logs.search(query, signal)),
      scan: (query, signal) => ask('logs', () => logs.scan(query, signal)),
      newest: (query, signal) => ask('logs', () => logs.newest(query, signal)),
    },
    changes: {
      list: (query, signal) => ask('changes', () => changes.list(query, signal)),
      diff: (id, signal) => ask('changes', () => changes.diff(id, signal)),
    },
    topology: { graph: (signal) => ask('topology', () => topology.graph(signal)) },
    traces: {
      search: (query, signal) => ask('traces', () => traces.search(query, signal)),
      get: (id, signal) => ask('traces', () => traces.get(id, signal)),
      newest: (query, signal) => ask('traces', () => traces.newest(query, signal)),
    },
  };
}
