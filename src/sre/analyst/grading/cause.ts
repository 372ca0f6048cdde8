/** A cause: listed among the changes, of the service it is said to be of, and before what it is said to have caused. */
import type { Question } from '../../reviewing/question.ts';
import type { Opinion } from './opinion.ts';
import type { Rows } from './rows.ts';
import { clockOf } from './words.ts';

/** An onset is known to some minutes only. */
const SLACK_MS = 10 * 60_000;

/** `supported`: how many of the statements before it were found to be so. */
export function judgeCause({ cause, onset }: Question['finding'], { changes }: Rows, supported: number): Opinion {
  if (cause === null || cause.change_id === null)
    return { verdict: 'cannot_tell', why: 'No change is named, and what is in no feed cannot be computed.' };
  const row = changes.find(({ id }) => id === cause.change_id);
  if (row === undefined) return { verdict: 'cannot_tell', why: `No cited list of changes has ${cause.change_id}.` };
  const { evidence, id, time, service } = row;
  if (service !== null && cause.service !== null && service !== cause.service)
    return {
      verdict: 'not_supported',
      why: `${evidence} lists ${id} as a change of ${service}, not of ${cause.service}.`,
    };
  if (onset === null) return { verdict: 'cannot_tell', why: 'No onset is named that it could have come before.' };
  const began = Date.parse(onset);
  const at = Date.parse(time);
  if (at > began + SLACK_MS)
    return {
      verdict: 'not_supported',
      why: `${evidence} has it take effect at ${clockOf(at)}, after the onset at ${clockOf(began)}.`,
    };
  if (supported === 0)
    return { verdict: 'cannot_tell', why: 'None of the statements it rests on could be computed again.' };
  const told = `${evidence} has it take effect at ${clockOf(at)}, before the onset at ${clockOf(began)}`;
  return { verdict: 'supported', why: `${told}, and ${supported} statements it rests on were computed again.` };
}
