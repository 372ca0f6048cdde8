/** What the log tells of the outcome a session works towards, and of those before it. Pure. */
import type { EventOf, OutcomeEvaluation, SessionEvent } from '../../events.ts';
import type { EventId } from '../../ids.ts';
import type { Line } from '../state/lines.ts';

/** The one that is worked towards now. */
export interface Outcome {
  id: EventOf<'user.define_outcome'>['outcome_id'];
  description: string;
  rubric: string;
  /** Evaluations at most. */
  most: number;
  iteration: number;
  /** The evaluation that has begun and not ended. */
  evaluating: EventId | null;
  /** The grader has been asked and has not answered, nor is its failure known. */
  asked: boolean;
}

export function foldOutcome(outcome: Outcome | null, { event, memo }: Line): Outcome | null {
  switch (event.type) {
    case 'user.define_outcome':
      return {
        id: event.outcome_id,
        description: event.description,
        rubric: event.rubric.content,
        most: event.max_iterations ?? 3,
        iteration: 0,
        evaluating: null,
        asked: false,
      };
    case 'span.outcome_evaluation_start':
      return outcome && { ...outcome, evaluating: event.id, asked: true };
    case 'span.outcome_evaluation_ongoing':
      return outcome && { ...outcome, asked: memo?.kind !== 'cut' };
    case 'span.outcome_evaluation_end':
      if (event.result !== 'needs_revision') return null;
      return outcome && { ...outcome, iteration: outcome.iteration + 1, evaluating: null, asked: false };
    default:
      return outcome;
  }
}

/** Every outcome of the session, oldest first, as its document shows them. */
export function foldEvaluations(all: readonly OutcomeEvaluation[], event: SessionEvent): readonly OutcomeEvaluation[] {
  switch (event.type) {
    case 'user.define_outcome': {
      const { outcome_id, description } = event;
      const begun = { outcome_id, description, result: 'running' as const, iteration: 0, explanation: null };
      return [...all, { type: 'outcome_evaluation', ...begun, completed_at: null }];
    }
    case 'span.outcome_evaluation_start':
      return change(all, event.outcome_id, { result: 'evaluating', iteration: event.iteration });
    case 'span.outcome_evaluation_end': {
      const { result, iteration, explanation } = event;
      if (result === 'needs_revision')
        return change(all, event.outcome_id, { result: 'running', iteration, explanation });
      return change(all, event.outcome_id, { result, iteration, explanation, completed_at: event.processed_at });
    }
    default:
      return all;
  }
}

function change(
  all: readonly OutcomeEvaluation[],
  id: string,
  to: Partial<OutcomeEvaluation>,
): readonly OutcomeEvaluation[] {
  return all.map((one) => (one.outcome_id === id ? { ...one, ...to } : one));
}
