/** All that is on record of one incident. */
import type { Action } from './action.ts';
import type { Evidence } from './evidence.ts';
import type { Incident, TimelineEntry } from './incident.ts';

export interface CaseRecord {
  incident: Incident;
  actions: Action[];
  evidence: Omit<Evidence, 'content'>[];
  timeline: TimelineEntry[];
}
