/** What the statistics say, as data. */
import type { Attribution } from '../stats/attribute.ts';
import type { Onset } from '../stats/onset.ts';
import type { Scored } from '../stats/rank.ts';
import type { Signal } from './signals.ts';

export interface Judgement {
  /** The series that the alert speaks of, or the one that hurts users most. */
  symptom: Signal | null;
  /** What moved first. */
  lead: Signal | null;
  onset: Onset | null;
  /** Where the first sign is: the service whose changes are looked at first. */
  focus: string | null;
  /** Everything that moved with the onset, and whose it is. */
  together: Signal[];
  ranking: Attribution[];
  services: Scored[];
}

/** What is known before the changes are weighed. */
export type Found = Omit<Judgement, 'ranking' | 'services'>;
