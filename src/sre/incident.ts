/** An incident: alerts that belong together, one session, one card, one finding, at most one open action. */
import type { Alert, Severity } from './alert.ts';
import type { Finding } from './finding.ts';
import type { Hypothesis } from './hypothesis.ts';
import type { ActionId, IncidentId } from './ids.ts';
import type { Planted } from './planted.ts';
import type { Review } from './review.ts';

export type IncidentState =
  | { is: 'open' }
  | { is: 'investigating' }
  | { is: 'needs_approval'; action: ActionId }
  | { is: 'acting'; action: ActionId }
  /** `back`: when the signal that alerted was seen at its baseline again. */
  | { is: 'monitoring'; since: string; back?: string }
  | { is: 'concluded'; at: string }
  | { is: 'resolved'; at: string; by: string; back?: string }
  | { is: 'failed'; at: string; why: string };

/** Cost at list prices, of what has one; null when nothing has. */
export interface Usage {
  input_tokens: number;
  output_tokens: number;
  list_cost_usd: number | null;
}

/** Above this many alerts an incident only counts them. */
export const MAX_ALERTS = 200;

export interface Incident {
  id: IncidentId;
  /** `source` and `groupKey` of its alerts; one open incident for each. */
  source: string;
  groupKey: string;
  title: string;
  service: string | null;
  severity: Severity;
  openedAt: string;
  /** Latest form of each alert, by fingerprint. */
  alerts: Alert[];
  /** Alerts that fired again after they had ended, lately. */
  refires?: { fingerprint: string; at: string }[];
  state: IncidentState;
  sessionId: string | null;
  /** The last session event taken into account; following starts after it. */
  cursor: string | null;
  finding: Finding | null;
  /** What a second reader made of the newest report; none while there is no report that concludes something. */
  review?: Review | null;
  /** What may be the cause, in the order it was raised; none in incidents of before. */
  hypotheses?: Hypothesis[];
  planted?: Planted[];
  /** Where the card stands in chat, once posted. */
  card: { channel: string; ts: string } | null;
  /** Of everything that was asked for it, second readings included. */
  usage: Usage;
  /** Of each of its sessions; none in incidents of before. */
  sessions?: Record<string, Usage>;
  model: string | null;
}

/** The story of an incident, one line each: the Slack thread, the CLI and the pages all show these. */
export interface TimelineEntry {
  seq: number;
  incident: IncidentId;
  at: string;
  kind: 'detect' | 'observe' | 'hypothesis' | 'finding' | 'decide' | 'act' | 'effect' | 'error' | 'note';
  actor: 'human' | 'agent' | 'system';
  text: string;
  /** Evidence id, action id, URL or session event id. */
  ref: string | null;
}

export function allResolved(incident: Incident): boolean {
  return incident.alerts.every(({ status }) => status === 'resolved');
}
