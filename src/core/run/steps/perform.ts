/** The step that comes next, done. */
import { beyondTurn } from '../ledger.ts';
import type { Step } from '../step.ts';
import type { Turn } from '../turn.ts';
import { callModel } from './call-model.ts';
import { closeCalls } from './close-calls.ts';
import { compact } from './compact.ts';
import { closeAdvice, consult } from './consult.ts';
import { evaluate } from './evaluate.ts';
import { fail } from './fail.ts';
import { idle } from './idle.ts';
import { recover } from './recover.ts';
import { useTools } from './use-tools.ts';

/** What goes wrong inside a step ends the turn on record. Only the store's own failures go further. */
export async function perform(turn: Turn, step: Exclude<Step, { do: 'release' }>): Promise<void> {
  try {
    await carryOut(turn, step);
  } catch (error) {
    if (beyondTurn(error) || turn.state().failed !== null) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    fail(turn, 'unknown_error', `The turn failed inside the server: ${reason}`);
  }
}

async function carryOut(turn: Turn, step: Exclude<Step, { do: 'release' }>): Promise<void> {
  switch (step.do) {
    case 'recover':
      return recover(turn, step.request);
    case 'close-calls':
      return closeCalls(turn, step.calls);
    case 'use-tools':
      return useTools(turn, step.calls);
    case 'close-advice':
      return closeAdvice(turn, step.thread);
    case 'consult':
      return consult(turn, step.thread);
    case 'call-model':
      return callModel(turn);
    case 'compact':
      return compact(turn);
    case 'evaluate':
      return evaluate(turn, step.outcome);
    case 'fail':
      return fail(turn, step.error, step.message);
    case 'idle':
      return idle(turn, step.why, step.details);
  }
}
