/** The product's own memory. Every method that writes resolves only when the write is on disk. */
import type { Action, ActionState } from '../action.ts';
import type { Alert, Delivery } from '../alert.ts';
import type { Evidence } from '../evidence.ts';
import type { ActionId, EvidenceId, IncidentId } from '../ids.ts';
import type { Incident, IncidentState, TimelineEntry } from '../incident.ts';

export interface Incidents {
  /** Stores the raw request; false when (source, deliveryId) was stored before. */
  receive(
    delivery: Delivery,
    verdict: { accepted: true; alerts: Alert[] } | { accepted: false; why: string },
  ): Promise<boolean>;
  /** Deliveries accepted but not yet taken into an incident, oldest first. */
  pending(): Promise<{ delivery: Delivery; alerts: Alert[] }[]>;
  settle(delivery: Pick<Delivery, 'source' | 'deliveryId'>): Promise<void>;
  /**
   * Alerts of the deliveries received from then on, newest first, each as it was told then. Bounded: what was received from
   * the answer's `since` on is all there. `oldest`: when the first delivery ever came, where that is later than `since`.
   */
  heard(since: string): Promise<{ alerts: Alert[]; since: string; oldest: string | null }>;
  /** Requests that were authentic but unreadable, newest first, for a person to look at. */
  quarantined(limit: number): Promise<{ delivery: Delivery; why: string }[]>;

  get(id: IncidentId): Promise<Incident | null>;
  /** Newest first. `open` leaves out resolved ones; `states` keeps only these. */
  list(query: {
    limit: number;
    before?: IncidentId;
    open?: boolean;
    states?: readonly IncidentState['is'][];
  }): Promise<Incident[]>;
  /** The incident that is not resolved and holds this group, or null. */
  openFor(source: string, groupKey: string): Promise<Incident | null>;
  /** The newest incident of this group, resolved or not, or null. */
  latestFor(source: string, groupKey: string): Promise<Incident | null>;
  /** Insert, or replace when the stored revision is still the one read; false when somebody else was faster. */
  save(incident: Incident, expect: number): Promise<boolean>;
  revision(id: IncidentId): Promise<number>;

  /** Numbers the entry and keeps it; the same `(incident, key)` is kept once. */
  note(incident: IncidentId, key: string, entry: Omit<TimelineEntry, 'seq' | 'incident'>): Promise<TimelineEntry>;
  timeline(incident: IncidentId, after: number): Promise<TimelineEntry[]>;
  /** Calls back after each commit that changed something, of this process and of any other on the same store. */
  watch(listener: (changed: Changed, from: 'here' | 'elsewhere') => void): () => void;

  /** Gives the next evidence id; the same tool use is recorded once. */
  record(evidence: Omit<Evidence, 'id'>): Promise<Evidence>;
  evidence(incident: IncidentId): Promise<Evidence[]>;
  /** As `evidence`, without the contents, which are most of the bytes. */
  evidenceIndex(incident: IncidentId): Promise<Omit<Evidence, 'content'>[]>;
  evidenceFor(incident: IncidentId, toolUseId: string): Promise<Evidence | null>;
  evidenceById(incident: IncidentId, id: EvidenceId): Promise<Evidence | null>;

  propose(action: Action): Promise<Action>;
  action(id: ActionId): Promise<Action | null>;
  actionFor(incident: IncidentId, toolUseId: string): Promise<Action | null>;
  actions(incident: IncidentId): Promise<Action[]>;
  /** Actions of all incidents in one of these states, oldest first. */
  actionsIn(states: readonly ActionState['is'][]): Promise<Action[]>;
  /** Compare-and-set on the state's name; false when it was not `from` any more. */
  advance(id: ActionId, from: ActionState['is'], to: ActionState): Promise<boolean>;

  /**
   * Effects on chat and forge: intent before, result after. Survives a crash between the two; `again` says that the intent
   * was there before, so that the effect may stand already.
   */
  intend(key: string, incident: IncidentId): Promise<{ done: false; again: boolean } | { done: true; result: string }>;
  complete(key: string, result: string): Promise<void>;
  /** True when a read and a write would work now; `detail` says what to do when not. */
  health(): Promise<{ ok: boolean; detail: string }>;
  close(): Promise<void>;
}

/** What belongs to an incident, the deliveries that wait, or nobody knows what: some changes may not have been heard of. */
export type Changed = { of: 'incident'; id: IncidentId } | { of: 'deliveries' } | { of: 'anything' };

/** The disk is full, read-only or gone, or the database is locked beyond its timeout. Nothing was written; try again. */
export class IncidentsUnavailable extends Error {
  override readonly name = 'IncidentsUnavailable';
}
