import { setTimeout as sleep } from 'node:timers/promises';
import type { EventOf, ModelUsage } from '../../events.ts';
import { ModelError, type ModelRequest } from '../../ports/model.ts';
import { stamp } from '../draft.ts';
import type { Outcome } from '../outcome/outcome.ts';
import { type Deliverable, graderPrompt, graderQuestion, readVerdict, type Verdict } from '../outcome/verdict.ts';
import { listCost } from '../prices.ts';
import type { Memo } from '../state/memo.ts';
import type { Turn } from '../turn.ts';

const attempts = 3;
const pauseMs = 1_000;
const heartbeatMs = 10_000;
export const noUsage: ModelUsage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};

/**
 * Has the work graded in a context of its own. The start is on record before the grader is asked; after a crash the same
 * evaluation is asked again. When a person interrupts, the end is written with the rest of the turn.
 */
export async function evaluate(turn: Turn, outcome: Outcome): Promise<void> {
  const span = { outcome_id: outcome.id, iteration: outcome.iteration };
  if (outcome.evaluating === null) {
    turn.stage({ rows: [{ event: { ...stamp(turn.now()), type: 'span.outcome_evaluation_start', ...span } }] });
  } else {
    const again = { ...stamp(turn.now()), type: 'span.outcome_evaluation_ongoing' as const, ...span };
    turn.stage({ rows: [{ event: again, memo: { kind: 'crashed' } }] });
  }
  await turn.commit();
  const graded = await grade(turn, outcome, span);
  if (graded === null) return;
  const last = outcome.iteration + 1 >= outcome.most;
  const { model } = turn.agent();
  const memo: Memo = { kind: 'graded', cost: listCost(model.id, graded.usage.speed ?? model.speed, graded.usage) };
  const { result, explanation } = graded.verdict;
  const end: EventOf<'span.outcome_evaluation_end'> = {
    ...stamp(turn.now()),
    type: 'span.outcome_evaluation_end',
    ...span,
    outcome_evaluation_start_id: turn.state().outcome?.evaluating ?? '',
    result: result === 'needs_revision' && last ? 'max_iterations_reached' : result,
    explanation,
    usage: graded.usage,
  };
  turn.stage({ rows: [{ event: end, memo }] });
}

interface Graded {
  verdict: Verdict;
  usage: ModelUsage;
}

/** Null when it was cut off on purpose. */
async function grade(
  turn: Turn,
  outcome: Outcome,
  span: Pick<EventOf<'span.outcome_evaluation_ongoing'>, 'outcome_id' | 'iteration'>,
): Promise<Graded | null> {
  const signal = turn.halt.signal();
  const beat = setInterval(() => {
    turn.stage({ rows: [{ event: { ...stamp(turn.now()), type: 'span.outcome_evaluation_ongoing', ...span } }] });
    // A beat that cannot be written is no reason to stop: the end of the evaluation will say so.
    turn.commit().catch(() => undefined);
  }, heartbeatMs);
  try {
    const request = await questionFor(turn, outcome);
    let why = 'its answer was no verdict';
    for (let attempt = 1; attempt <= attempts && !signal.aborted; attempt++) {
      const answer = await ask(turn, request, signal);
      if (signal.aborted) return null;
      if (!(answer instanceof ModelError)) return answer;
      why = answer.message;
      if (!answer.retryable) break;
      await sleep(pauseMs * attempt, undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) return null;
    return { verdict: { result: 'failed', explanation: `The work could not be graded: ${why}` }, usage: noUsage };
  } finally {
    clearInterval(beat);
  }
}

async function ask(turn: Turn, request: ModelRequest, signal: AbortSignal): Promise<Graded | ModelError> {
  try {
    const blocks = [];
    for await (const chunk of turn.ports.models.for(request.model).respond(request, signal)) {
      if (chunk.type === 'block') blocks.push(chunk.block);
      if (chunk.type !== 'end') continue;
      const verdict = readVerdict(blocks);
      if (verdict !== null) return { verdict, usage: chunk.usage };
    }
    return new ModelError('server', 'its answer was no verdict');
  } catch (error) {
    return error instanceof ModelError ? error : new ModelError('invalid_request', String(error), { cause: error });
  }
}

async function questionFor(turn: Turn, outcome: Outcome): Promise<ModelRequest> {
  const { model } = turn.agent();
  const files: Deliverable[] = (await turn.hands.outputs(turn.session).catch(() => null)) ?? [];
  const text = graderQuestion(outcome, files, turn.state().lines);
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
