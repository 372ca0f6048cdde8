/** Whose own time grew, as traces say: the deepest node of the calls that is slow by itself and not by waiting. Pure. */
import type { Scene } from './scene.ts';
import type { ComparedOperation } from './shapes.ts';

const LEAST_MS = 5;
const LEAST_RATIO = 1.5;
/** It must explain most of what all operations together got slower by; two that share it say nothing. */
const MOST_OF_IT = 0.6;

/** Null when no operation stands out, or when traces are of others than the alert's service and what it depends on. */
export function slowerByItself({ traced, service: own, down, calls }: Scene): ComparedOperation | null {
  const grown = (traced?.operations ?? [])
    .map((one) => ({ one, by: one.self_ms.after - one.self_ms.before }))
    .filter(({ by }) => by > 0);
  const total = grown.reduce((sum, { by }) => sum + by, 0);
  const [first] = grown.toSorted((a, b) => b.by - a.by);
  if (first === undefined) return null;
  const { one, by } = first;
  const clear = by >= LEAST_MS && one.self_ms.after >= LEAST_RATIO * one.self_ms.before && by >= MOST_OF_IT * total;
  // Without a graph the traces are all that says who is called.
  const known = calls.size === 0 || one.service === own || down.has(one.service);
  return clear && known ? one : null;
}

/** Traces went through it, and another one is what got slow. */
export function calmInTraces(scene: Scene, service: string): boolean {
  const slower = slowerByItself(scene);
  const seen = scene.traced?.operations.some((one) => one.service === service) === true;
  return slower !== null && slower.service !== service && seen;
}
