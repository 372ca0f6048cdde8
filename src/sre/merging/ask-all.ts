/** Several sources asked at once. One that is slow, forbidden or broken takes nothing from the others, and is named. */
import { NoAnswer } from '../../lib/no-answer.ts';
import type { Answer, Unavailable } from '../ports/answer.ts';

/** Longer than one question to a server may take, shorter than a tool call. */
const TIMEOUT_MS = 20_000;
/** Whoever did not answer in time is waited for a tenth of it, for a while: an investigation asks many questions. */
const HURRIED_SHARE = 0.1;
const HURRIED_FOR_MS = 60_000;

export interface Named<Port> {
  /** As it is called in answers: `prometheus eu`. */
  name: string;
  port: Port;
}
export interface Told<Data> {
  name: string;
  answer: Answer<Data>;
}
export type AskAll<Port> = <Data>(
  question: (port: Port, limited: AbortSignal) => Promise<Answer<Data>>,
  signal: AbortSignal,
  among?: readonly Named<Port>[],
) => Promise<Told<Data>[]>;

export function askAll<Port>(sources: readonly Named<Port>[], timeoutMs = TIMEOUT_MS): AskAll<Port> {
  const lateUntil = new Map<string, number>();
  return (question, signal, among = sources) =>
    Promise.all(
      among.map(async ({ name, port }) => {
        const isLate = performance.now() < (lateUntil.get(name) ?? 0);
        const patience = isLate ? timeoutMs * HURRIED_SHARE : timeoutMs;
        const answer = await inTime(name, (limited) => question(port, limited), signal, patience);
        if (answer.status === 'ok') lateUntil.delete(name);
        else if (answer.why === 'timeout') lateUntil.set(name, performance.now() + HURRIED_FOR_MS);
        return { name, answer };
      }),
    );
}

/** Ends the question in time; what ended by the caller's own stop is the caller's to hear of. */
async function inTime<Data>(
  source: string,
  question: (limited: AbortSignal) => Promise<Answer<Data>>,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Answer<Data>> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    return await untilAborted(question(AbortSignal.any([signal, late.signal])), late.signal);
  } catch (error) {
    signal.throwIfAborted();
    if (late.signal.aborted)
      return { status: 'unavailable', source, why: 'timeout', detail: `no answer within ${timeoutMs / 1000} s` };
    return { status: 'unavailable', source, ...brokenBy(error) };
  } finally {
    // What streams after the answer has no limit of ours.
    clearTimeout(timer);
  }
}

/** One that does not listen to its signal is not waited for either. */
function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

/** An answer that its reader trips over is a broken source, not a broken question. */
export function brokenBy(error: unknown): Pick<Unavailable, 'why' | 'detail'> {
  if (error instanceof NoAnswer) return { why: error.why, detail: error.message };
  return {
    why: 'malformed',
    detail: `its answer could not be read: ${error instanceof Error ? error.message : String(error)}`,
  };
}

/** Nothing of a source that nobody connected: that is no loss. */
export function missingWords({ source, why, detail }: Unavailable): string[] {
  return why === 'not_configured'
    ? []
    : [`${source} could not be asked (${why}): ${detail}. What it knows is missing here.`];
}

export function isBroken({ why }: Unavailable): boolean {
  return why !== 'bad_query' && why !== 'not_configured';
}

/** What stands in the way most comes first: a source that is broken before one that nobody connected. */
export function noneLooked(refused: readonly Unavailable[]): Unavailable {
  const [worst] = refused.toSorted((a, b) => Number(isBroken(b)) - Number(isBroken(a)));
  if (worst === undefined) throw new Error('there is no source to merge');
  return {
    ...worst,
    source: refused.map(({ source }) => source).join(', '),
    detail: refused.map(({ source, detail }) => `${source}: ${detail}`).join('; '),
  };
}
