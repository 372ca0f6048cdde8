import type { EventOf, ModelUsage } from '../../events.ts';
import type { ModelRequest } from '../../ports/model.ts';
import { stamp } from '../draft.ts';
import { deliverables } from '../hands/outputs.ts';
import type { Outcome } from '../outcome/outcome.ts';
import { graderPrompt, graderQuestion, readVerdict, type Verdict } from '../outcome/verdict.ts';
import { listCost } from '../prices.ts';
import type { Memo } from '../state/memo.ts';
import { noUsage, usedTogether } from '../state/spent.ts';
import type { Turn } from '../turn.ts';
import { ask, type NoAnswer } from './ask.ts';
import { setback } from './setback.ts';

/** Answers that may be no verdict before none is expected any more. */
const attempts = 3;
const heartbeatMs = 10_000;

/**
 * Has the work graded in a context of its own. The start is on record before the grader is asked; after a crash or a
 * passing fault of the model the same evaluation is asked again. When a person interrupts, the end is written with the
 * rest of the turn.
 */
export async function evaluate(turn: Turn, outcome: Outcome): Promise<void> {
  if (outcome.evaluating === null) {
    stage(turn, { ...spanOf(outcome), type: 'span.outcome_evaluation_start' });
  } else {
    stage(turn, ongoing(outcome), outcome.asked ? { kind: 'crashed' } : undefined);
  }
  await turn.commit();
  const beat = setInterval(() => {
    stage(turn, ongoing(outcome));
    // A beat that cannot be written is no reason to stop: the end of the evaluation will say so.
    turn.commit().catch(() => undefined);
  }, heartbeatMs);
  try {
    await grade(turn, outcome);
  } finally {
    clearInterval(beat);
  }
}

async function grade(turn: Turn, outcome: Outcome): Promise<void> {
  const request = await questionFor(turn, outcome);
  if (turn.halt.reason() !== null) return;
  let usage = noUsage;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const heard = await ask(turn, request, null);
    usage = usedTogether(usage, heard.kind === 'answer' ? heard.response.end.usage : heard.usage);
    if (heard.kind !== 'answer') {
      unheard(turn, outcome, heard, usage);
      return;
    }
    const verdict = readVerdict(heard.response.blocks);
    if (verdict !== null) {
      settle(turn, outcome, verdict, usage);
      return;
    }
  }
  settle(turn, outcome, ungraded('its answer was no verdict'), usage);
}

/** What passes is waited out on record, like any fault of the model; what does not ends the outcome, and is no pass. */
function unheard(turn: Turn, outcome: Outcome, heard: NoAnswer, usage: ModelUsage): void {
  const { failures } = turn.state();
  if (heard.kind === 'failed' && (!heard.error.retryable || failures + 1 >= turn.limits.attempts)) {
    settle(turn, outcome, ungraded(heard.error.message), usage);
    return;
  }
  stage(turn, ongoing(outcome), { kind: 'cut', cost: listCost(turn.agent().model, usage), usage });
  if (heard.kind === 'failed') turn.stage({ rows: setback(turn, heard.error) });
}

function ungraded(why: string): Verdict {
  return { result: 'failed', explanation: `The work could not be graded: ${why}` };
}

function settle(turn: Turn, outcome: Outcome, { result, explanation }: Verdict, usage: ModelUsage): void {
  const last = outcome.iteration + 1 >= outcome.most;
  const end = {
    ...spanOf(outcome),
    type: 'span.outcome_evaluation_end' as const,
    outcome_evaluation_start_id: turn.state().outcome?.evaluating ?? ('' as const),
    result: result === 'needs_revision' && last ? ('max_iterations_reached' as const) : result,
    explanation,
    usage,
  };
  stage(turn, end, { kind: 'graded', cost: listCost(turn.agent().model, usage) });
}

type Span = EventOf<
  'span.outcome_evaluation_start' | 'span.outcome_evaluation_ongoing' | 'span.outcome_evaluation_end'
>;
type Unstamped = Span extends infer E ? (E extends Span ? Omit<E, 'id' | 'processed_at'> : never) : never;

function stage(turn: Turn, span: Unstamped, memo?: Memo): void {
  const event: Span = { ...stamp(turn.now()), ...span };
  turn.stage({ rows: [memo === undefined ? { event } : { event, memo }] });
}

function spanOf({ id, iteration }: Outcome) {
  return { outcome_id: id, iteration };
}
function ongoing(outcome: Outcome) {
  return { ...spanOf(outcome), type: 'span.outcome_evaluation_ongoing' as const };
}

async function questionFor(turn: Turn, outcome: Outcome): Promise<ModelRequest> {
  const { model } = turn.agent();
  const text = graderQuestion(outcome, await deliverables(turn), turn.state().lines);
  return {
    model: model.id,
    effort: model.effort.type,
    speed: model.speed,
    system: graderPrompt,
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    tools: [],
    maxTokens: turn.limits.maxTokens,
  };
}
