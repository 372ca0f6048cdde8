/** What an answer of the model leaves to be done. Pure. */
import type { StopDetails } from '../../events.ts';
import type { Call } from './calls.ts';
import { asksAdvisor, type Memo } from './memo.ts';

type Answer = Extract<Memo, { kind: 'answer' }>;

/** `calls` are those that the answer left open. */
export function afterAnswer(before: { calls: readonly Call[]; continued: number; refused: number }, memo: Answer) {
  const calls = memo.parts.some((part) => 'call' in part);
  const asides = memo.parts.some((part) => 'aside' in part);
  const unfinished = memo.stop === 'pause_turn' || (memo.stop === 'max_tokens' && !calls && !asides);
  return {
    failures: 0,
    owed: unfinished || asides,
    continued: unfinished ? before.continued + 1 : 0,
    refused: calls && before.calls.every((call) => call.permission === 'deny') ? before.refused + 1 : 0,
    refusal: memo.stop === 'refusal' ? refusalOf(memo) : null,
    advice: memo.parts.some(asksAdvisor),
  };
}

function refusalOf(memo: Answer): StopDetails {
  return {
    type: 'refusal',
    category: memo.refusal?.category ?? null,
    explanation: memo.refusal?.explanation ?? null,
  };
}
