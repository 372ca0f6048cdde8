/**
 * The room where people are. Posting is not idempotent anywhere, so each message carries `key`: after a crash the
 * adapter looks for a message with that key before it posts again.
 */
import type { Action } from '../action.ts';
import type { Incident, TimelineEntry } from '../incident.ts';

export interface CardView {
  incident: Incident;
  action: Action | null;
  evidenceCount: number;
  link: string | null;
  rev: number;
}
export type ThreadPost =
  | { kind: 'progress'; key: string; entry: TimelineEntry }
  | { kind: 'finding'; key: string; view: CardView }
  | { kind: 'approval'; key: string; view: CardView; action: Action }
  | { kind: 'decided'; key: string; action: Action };

export interface Chat {
  /** Posts the incident's card, or finds the one already posted under this incident's id. */
  openCard(view: CardView): Promise<{ channel: string; ts: string }>;
  /**
   * Edits the card in place. Stale edits may be dropped, the newest never. Resolves when this view or a newer one is
   * shown, which rate limits may delay by seconds.
   */
  updateCard(card: { channel: string; ts: string }, view: CardView): Promise<void>;
  /**
   * Adds to the card's thread once per key, answering the message's ts. `again`: it may have been posted before, by this
   * process or another, and nobody knows.
   */
  post(card: { channel: string; ts: string }, post: ThreadPost, options?: { again: boolean }): Promise<{ ts: string }>;
  /** Replaces the buttons of an approval message by what was decided. */
  settle(message: { channel: string; ts: string }, action: Action): Promise<void>;
}
