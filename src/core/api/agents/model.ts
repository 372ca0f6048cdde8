/** The model object of an agent: what may be sent, and what stands in the agent afterwards. */
import { z } from 'zod';
import type { ModelChoice } from '../../documents.ts';

const level = z.enum(['low', 'medium', 'high', 'xhigh', 'max']);
const id = z.string().min(1).max(256);

export const modelInput = z.union(
  [
    id,
    z.object({
      id,
      effort: z.union([level, z.object({ type: level })]).nullish(),
      speed: z.enum(['standard', 'fast']).nullish(),
      inference_geo: z.enum(['us', 'global']).nullish(),
    }),
  ],
  { error: 'must be a model id, or {id, effort?, speed?, inference_geo?}' },
);
export type ModelInput = z.output<typeof modelInput>;

const STANDARD_EFFORT = 'high';

/**
 * The model as stored. A choice is replaced as a whole, but for the effort: the same model without a new effort keeps
 * the one it had (`before`).
 */
export function resolveModel(input: ModelInput, before: ModelChoice | null): ModelChoice {
  const given = typeof input === 'string' ? { id: input } : input;
  const kept = before !== null && before.id === given.id ? before.effort.type : STANDARD_EFFORT;
  const effort = given.effort ?? kept;
  return {
    id: given.id,
    effort: { type: typeof effort === 'string' ? effort : effort.type },
    speed: given.speed ?? 'standard',
    ...(given.inference_geo ? { inference_geo: given.inference_geo } : {}),
  };
}
