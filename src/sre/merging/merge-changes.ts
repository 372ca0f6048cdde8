/** Several sources of changes as one. One that is slow, forbidden or broken takes nothing from the others, and is named. */
import type { Change } from '../change.ts';
import type { Answer, Look, Unavailable } from '../ports/answer.ts';
import type { Changes } from '../ports/changes.ts';
import { isCommit, joinSame, type Reported } from './same-change.ts';

/** Longer than one question to a server may take, shorter than a tool call. */
const TIMEOUT_MS = 20_000;

type Ok<Data> = Extract<Answer<Data>, { status: 'ok' }>;

export interface NamedChanges {
  /** As its answers call it. */
  name: string;
  changes: Changes;
}

/** `sources` in the order in which they are believed about an id. At least one. */
export function mergeChanges(sources: readonly NamedChanges[], { timeoutMs = TIMEOUT_MS } = {}): Changes {
  const ask = <Data>(question: (source: Changes, limited: AbortSignal) => Promise<Answer<Data>>, signal: AbortSignal) =>
    Promise.all(
      sources.map(({ name, changes }) => inTime(name, (limited) => question(changes, limited), signal, timeoutMs)),
    );

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
        warnings: [...answers.flatMap(warningsOf), ...withoutService(all.length - fitting.length, query.service)],
        url: null,
        looks: answers.map(lookOf),
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

/** Ends the question in time; what ended by the caller's own stop is the caller's to hear of. */
async function inTime<Data>(
  source: string,
  question: (limited: AbortSignal) => Promise<Answer<Data>>,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Answer<Data>> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    return await question(limited);
  } catch (error) {
    signal.throwIfAborted();
    if (!limited.aborted) throw error;
    const detail = `no answer within ${timeoutMs / 1000} s`;
    return { status: 'unavailable', source, why: 'timeout', detail };
  }
}

function lookOf(answer: Answer<Change[]>): Look {
  if (answer.status === 'unavailable') return answer;
  const { source, data, truncated } = answer;
  return { status: 'ok', source, found: data.length, truncated };
}

function warningsOf(answer: Answer<Change[]>): string[] {
  if (answer.status === 'ok') return answer.warnings;
  return answer.why === 'not_configured'
    ? []
    : [`${answer.source} could not be asked (${answer.why}): ${answer.detail}. What it knows is missing here.`];
}

function withoutService(left: number, service: string | null): string[] {
  return service === null || left === 0
    ? []
    : [`${left} changes of other or unknown services are left out: ask without service to see them`];
}

function isBroken({ why }: Unavailable): boolean {
  return why !== 'bad_query' && why !== 'not_configured';
}

/** What stands in the way most comes first: a source that is broken before one that nobody connected. */
function noneLooked(refused: readonly Unavailable[]): Unavailable {
  const [worst] = refused.toSorted((a, b) => Number(isBroken(b)) - Number(isBroken(a)));
  if (worst === undefined) throw new Error('there is no source of changes to merge');
  return {
    ...worst,
    source: refused.map(({ source }) => source).join(', '),
    detail: refused.map(({ source, detail }) => `${source}: ${detail}`).join('; '),
  };
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
