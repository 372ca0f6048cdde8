/** Several sources of changes as one. One that is slow, forbidden or broken takes nothing from the others, and is named. */
import type { Change } from '../change.ts';
import type { Answer } from '../ports/answer.ts';
import type { Changes } from '../ports/changes.ts';
import { askAll, isBroken, missingWords, type Named, noneLooked } from './ask-all.ts';
import { isCommit, joinSame, type Reported } from './same-change.ts';
import { lookOf, type Ok } from './together.ts';

/** `sources` in the order in which they are believed about an id. At least one. */
export function mergeChanges(sources: readonly Named<Changes>[], options: { timeoutMs?: number } = {}): Changes {
  const asked = askAll(sources, options.timeoutMs);
  const ask = async <Data>(
    question: (source: Changes, limited: AbortSignal) => Promise<Answer<Data>>,
    signal: AbortSignal,
  ) => (await asked(question, signal)).map(({ answer }) => answer);

  return {
    async list(query, signal) {
      const answers = await ask((source, limited) => source.list(query, limited), signal);
      const answered = answers.filter((answer) => answer.status === 'ok');
      const [first] = answered;
      if (first === undefined) return noneLooked(answers.filter((answer) => answer.status === 'unavailable'));
      const reported = answered.flatMap(({ source, data }) => data.map((change): Reported => ({ source, change })));
      const all = joinSame(reported);
      const fitting = all.filter(({ service }) => query.service === null || service === query.service);
      const data = fitting.slice(0, query.limit);
      return {
        status: 'ok',
        data,
        source: answered.map(({ source }) => source).join(', '),
        range: first.range,
        truncated: fitting.length > data.length || answered.some(({ truncated }) => truncated),
        warnings: [
          ...answers.flatMap((answer) => (answer.status === 'ok' ? answer.warnings : missingWords(answer))),
          ...withoutService(all.length - fitting.length, query.service),
        ],
        url: null,
        looks: answers.map((answer) => lookOf(answer, ({ length }) => length)),
      };
    },
    async diff(id, signal) {
      const answers = await ask((source, limited) => source.diff(id, limited), signal);
      const known = answers.find((answer) => answer.status === 'ok');
      if (known === undefined) {
        const refused = answers.filter((answer) => answer.status === 'unavailable');
        // A source that could not look may hold it: that nobody knows the id can then not be said.
        return noneLooked(refused.filter(isBroken).length > 0 ? refused.filter(isBroken) : refused);
      }
      const { ref } = known.data.change;
      if (known.data.diff !== null || !isCommit(ref) || id === ref) return known;
      const others = await ask((source, limited) => source.diff(ref, limited), signal);
      const other = others.find((answer) => answer.status === 'ok' && answer.data.diff !== null);
      return other?.status === 'ok' ? ofCommit(known, other, ref) : known;
    },
  };
}

function withoutService(left: number, service: string | null): string[] {
  return service === null || left === 0
    ? []
    : [`${left} changes of other or unknown services are left out: ask without service to see them`];
}

type Diff = Ok<{ change: Change; diff: string | null }>;

/** One source knows of the deploy, another one the commit that it names. */
function ofCommit(known: Diff, other: Diff, ref: string): Diff {
  const warning = `this is the diff of commit ${ref.slice(0, 12)} alone, from ${other.source}: the deploy may have brought others with it`;
  return {
    ...known,
    data: { change: { ...known.data.change, hasDiff: true }, diff: other.data.diff },
    source: `${known.source}, ${other.source}`,
    truncated: other.truncated,
    warnings: [...known.warnings, ...other.warnings, warning],
  };
}
