/** Several stores of traces as one. A trace whose spans lie in more than one of them is put together. */
import type { Span, Trace, Traces } from '../ports/traces.ts';
import { isBroken, noneLooked } from './ask-all.ts';
import { mergeNewest } from './merge-newest.ts';
import { merger } from './merger.ts';
import { inTurn, together } from './together.ts';

export const mergeTraces = merger<Traces>((ask, sources) => ({
  ...mergeNewest(sources, ask),
  async search(query, signal) {
    const told = await ask((port, limited) => port.search(query, limited), signal);
    return together(
      told,
      ({ length }) => length,
      (answered) => {
        const all = united(inTurn(answered.map(({ answer }) => answer.data)));
        const data = all.slice(0, query.limit);
        return { data, truncated: data.length < all.length, warnings: [] };
      },
      'by all',
    );
  },
  async get(id, signal) {
    const told = await ask((port, limited) => port.get(id, limited), signal);
    const answer = together(
      told,
      (trace) => (trace === null ? 0 : 1),
      (answered) => ({
        data: united(answered.flatMap(({ answer: own }) => own.data ?? []))[0] ?? null,
        truncated: false,
        warnings: [],
      }),
    );
    // One that could not look may hold it: that nobody has it can then not be said.
    const broken = told.flatMap(({ answer: own }) => (own.status === 'unavailable' && isBroken(own) ? [own] : []));
    return answer.status === 'ok' && answer.data === null && broken.length > 0 ? noneLooked(broken) : answer;
  },
}));

/** In the order in which they came; the same trace once, with each span of it once. */
function united(traces: readonly Trace[]): Trace[] {
  const byId = new Map<string, Trace>();
  for (const trace of traces) {
    const known = byId.get(trace.id);
    byId.set(trace.id, known === undefined ? trace : { id: trace.id, spans: withoutTwins(known.spans, trace.spans) });
  }
  return [...byId.values()];
}

function withoutTwins(spans: readonly Span[], more: readonly Span[]): Span[] {
  const known = new Set(spans.map(({ id }) => id));
  return [...spans, ...more.filter(({ id }) => !known.has(id))].toSorted((left, right) => left.start - right.start);
}
