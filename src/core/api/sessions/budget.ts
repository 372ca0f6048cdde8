/** What a session may cost at list prices: who may set it, and what can still be sent when it is used up. */
import { z } from 'zod';
import type { AgentDefinition, SessionBody } from '../../documents.ts';
import type { Budget } from '../../events.ts';
import { rosterOf } from '../../threads.ts';
import type { Core } from '../core.ts';
import { invalid } from '../errors.ts';

export const budgetInput = z.object({
  type: z.literal('limit'),
  max_list_cost: z.object({
    amount: z.string().regex(/^[1-9]\d{0,11}$/, { error: 'must be whole cents above zero, without leading zeros' }),
    currency: z.literal('USD'),
  }),
});

export function newBudget(core: Core, agent: AgentDefinition, given: Budget | null | undefined): Budget | null {
  if (given == null) return null;
  const models = [agent, ...(rosterOf(agent)?.agents ?? [])].map((one) => one.model);
  for (const { id, speed } of models) {
    if (core.hasListPrice(id, speed)) continue;
    const message = `budget: model ${id} has no list price at ${speed} speed, so nothing could be counted`;
    throw invalid(message, 'model_not_budgetable');
  }
  return given;
}

/** A budget can be raised, lowered to what is not yet spent, and taken away; it cannot be added later. */
export function changedBudget(session: SessionBody, given: Budget | null | undefined): Budget | null {
  if (given === undefined) return session.budget;
  if (given === null) return null;
  if (session.budget === null) {
    throw invalid('budget: can only be set when the session is made', 'budget_create_only');
  }
  if (isSpent(given, session)) {
    const spent = ((session.hidden.cost ?? 0) / 10_000).toFixed(4);
    throw invalid(`budget: ${spent} cents are spent; set the limit above that`, 'budget_not_raised');
  }
  return given;
}

/** True while no further request to a model is made. Compared exactly, before any rounding to cents. */
export function isSpent(budget: Budget | null, { hidden }: SessionBody): boolean {
  if (budget === null || hidden.cost == null) return false;
  return hidden.cost >= Number(budget.max_list_cost.amount) * 10_000;
}

const SETTLING: readonly string[] = [
  'user.tool_confirmation',
  'user.custom_tool_result',
  'user.tool_result',
  'user.interrupt',
];

/** At the cap only what settles open calls is taken; new work has to wait for a higher cap. */
export function refuseNewWork(session: SessionBody, types: readonly string[]): void {
  if (!isSpent(session.budget, session)) return;
  const refused = types.find((type) => !SETTLING.includes(type));
  if (refused === undefined) return;
  throw invalid(
    `the budget of session ${session.id} is used up: ${refused} is refused, only ${SETTLING.join(', ')} are taken; ` +
      'raise or remove the budget to go on',
  );
}
