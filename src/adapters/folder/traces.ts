import { z } from 'zod';
import type { Trace, TraceQuery, Traces } from '../../sre/ports/traces.ts';
import { found, notARange, notThere, type Place, windowOf } from './place.ts';
import { readJson } from './read-file.ts';

const FILE = 'traces.json';
const shape = z.object({
  traces: z.array(
    z.object({
      id: z.string().min(1),
      spans: z
        .array(
          z.object({
            id: z.string().min(1),
            parent: z.string().nullable().default(null),
            service: z.string(),
            operation: z.string(),
            time: z.iso.datetime({ offset: true }),
            duration_ms: z.number().min(0),
            error: z.boolean().default(false),
            attributes: z.record(z.string(), z.string()).default({}),
          }),
        )
        .min(1),
    }),
  ),
});

export async function folderTraces(place: Place): Promise<Traces> {
  const content = await readJson(place.dir, FILE, shape);
  const traces = (content?.traces ?? [])
    .map(traceOf)
    .filter((trace) => beganAt(trace) <= place.now)
    .toSorted((left, right) => beganAt(right) - beganAt(left));
  return {
    async search(query) {
      if (content === null) return notThere(place, FILE);
      const window = windowOf(place, query.range);
      if (window === null) return notARange(place, query.range);
      const matching = traces.filter(
        (trace) => beganAt(trace) >= window.from && beganAt(trace) <= window.to && fits(trace, query),
      );
      return found(place, matching.slice(0, query.limit), { ...window, truncated: matching.length > query.limit });
    },
    async newest({ service, range }) {
      if (content === null) return notThere(place, FILE);
      const window = windowOf(place, range);
      if (window === null) return notARange(place, range);
      const last = traces.find(
        (trace) =>
          beganAt(trace) >= window.from &&
          beganAt(trace) <= window.to &&
          (service === null || trace.spans.some((span) => span.service === service)),
      );
      return found(place, last === undefined ? null : new Date(beganAt(last)).toISOString(), window);
    },
    async get(id) {
      if (content === null) return notThere(place, FILE);
      return found(place, traces.find((trace) => trace.id === id) ?? null);
    },
  };
}

function fits({ spans }: Trace, { service, operation, minDurationMs, errorsOnly }: TraceQuery): boolean {
  const own = spans.some(
    (span) =>
      span.service === service &&
      (operation === null || span.operation === operation) &&
      (minDurationMs === null || span.durationMs >= minDurationMs),
  );
  return own && (!errorsOnly || spans.some(({ error }) => error));
}

function traceOf({ id, spans }: z.infer<typeof shape>['traces'][number]): Trace {
  const read = spans.map(({ time, duration_ms: durationMs, ...span }) => ({
    ...span,
    ...{ start: Date.parse(time), durationMs },
  }));
  return { id, spans: read.toSorted((left, right) => left.start - right.start) };
}

function beganAt({ spans }: Trace): number {
  return spans[0]?.start ?? 0;
}
