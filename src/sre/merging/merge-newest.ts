import type { Newest } from '../ports/newest.ts';
import { type AskAll, type Named, noneLooked } from './ask-all.ts';
import { together } from './together.ts';

/** The newest of all, and each by itself. */
export function mergeNewest<Port extends Newest>(sources: readonly Named<Port>[], ask: AskAll<Port>): Required<Newest> {
  const among = (some: readonly Named<Port>[], ...[query, signal]: Parameters<Newest['newest']>) =>
    ask((port, limited) => port.newest(query, limited), signal, some);
  return {
    async newest(query, signal) {
      return together(
        await among(sources, query, signal),
        (time) => (time === null ? 0 : 1),
        (answered) => {
          const times = answered.flatMap(({ answer }) => answer.data ?? []);
          const data = times.toSorted((left, right) => Date.parse(left) - Date.parse(right)).at(-1) ?? null;
          return { data, truncated: false, warnings: [] };
        },
      );
    },
    parts: sources.map((source) => ({
      name: source.name,
      async newest(query, signal) {
        const [told] = await among([source], query, signal);
        return told?.answer ?? noneLooked([]);
      },
    })),
  };
}
