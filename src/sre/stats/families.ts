/** Kinds of measurement. They move for different reasons, so they are scored apart and weigh differently. */

export type Family = 'errors' | 'latency' | 'resource' | 'memory' | 'traffic' | 'other';
export const FAMILIES: readonly Family[] = ['errors', 'latency', 'resource', 'memory', 'traffic', 'other'];

/** What a service's callees can cause in it. Its own processor and memory they cannot. */
export function isSymptom(family: Family): boolean {
  return family !== 'resource' && family !== 'memory';
}
