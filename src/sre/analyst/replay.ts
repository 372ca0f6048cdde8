/**
 * Runs a plan over what is already known. A plan is written as if every question were answered at once; here it is
 * replayed from its beginning each time, so that nothing has to be remembered between two responses or two processes.
 */
import { askAgain } from './ask-again.ts';
import { type Call, questionKey, type Result, type Transcript } from './transcript.ts';

export interface Step {
  /** For the engineer who reads along: what is being checked, and why. */
  say: string;
  calls: Call[];
}
export type Plan = Generator<Step, string, Result[]>;

export type Next = { kind: 'ask'; say: string; calls: Call[] } | { kind: 'close'; say: string };

/** Bound on steps: a plan that asks forever is a mistake, and ends here. */
const MOST_STEPS = 60;

export function nextOf(plan: Plan, transcript: Transcript): Next {
  let step = plan.next();
  for (let count = 0; count < MOST_STEPS; count++) {
    if (step.done === true) return { kind: 'close', say: step.value };
    const { say, calls } = step.value;
    const known = calls.map((call) => transcript.results.get(questionKey(call)));
    const missing = calls.filter((_, i) => known[i] === undefined);
    if (missing.length > 0) return { kind: 'ask', say: missing.length === calls.length ? say : '', calls: missing };
    const again = askAgain(calls, known).filter((call) => transcript.attempts.get(questionKey(call)) === 1);
    if (again.length > 0) return { kind: 'ask', say: `${again.length} got no answer. Asking once more.`, calls: again };
    step = plan.next(known.filter((result) => result !== undefined));
  }
  return { kind: 'close', say: 'I stop here: the investigation asked more questions than it may.' };
}
