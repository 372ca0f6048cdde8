import { NoAnswer } from '../../lib/no-answer.ts';
import type { Change } from '../change.ts';
import type { Changes } from './changes.ts';

/** Those that were asked for, newest first, as many as were asked for. What is of no known service may be of this one. */
export function pickChanges(
  all: readonly Change[],
  { service, kinds, limit }: Parameters<Changes['list']>[0],
  { from, to }: { from: number; to: number },
): { data: Change[]; truncated: boolean } {
  const fitting = all
    .filter(({ time }) => Date.parse(time) >= from && Date.parse(time) <= to)
    .filter((one) => kinds.length === 0 || kinds.includes(one.kind))
    .filter((one) => service === null || one.service === null || one.service === service)
    .toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time));
  return { data: fitting.slice(0, limit), truncated: fitting.length > limit };
}

/** `what`: "the cluster no longer keeps X". */
export function noSuchChange(what: string): NoAnswer {
  return new NoAnswer(`${what}; list the changes to see the ids`, { why: 'bad_query' });
}
