/** Which questions of a step are worth a second try: what got no answer while others did. */
import type { Call, Result } from './transcript.ts';

const MOST = 12;

/** `answers` in the order of `calls`. A source that is down altogether is not waited for twice. */
export function askAgain(calls: readonly Call[], answers: readonly (Result | undefined)[]): Call[] {
  const lost = calls.filter((_call, i) => isPassing(answers[i]));
  return lost.length > MOST || lost.length === calls.length ? [] : lost;
}

/** What may be over the next time. */
function isPassing(result: Result | undefined): boolean {
  return result?.ok === false && /could not look \((timeout|unreachable)\)/.test(result.error);
}
