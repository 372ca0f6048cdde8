/** What the brain keeps beside an event and never shows: how a response was laid out, when to ask again. */
import type { ModelUsage } from '../../events.ts';
import type { EventId, FileId } from '../../ids.ts';
import type { ModelBlock, ModelStop } from '../../ports/model.ts';

/** One part of a response, in the order the model wrote it. Text and calls are in the events, thinking only here. */
export type Part = { thinking: ModelBlock } | { text: number } | { call: EventId } | { aside: Aside };

/** A call that nobody sees: it was carried out in the very batch that recorded the response. */
export interface Aside {
  id: EventId;
  name: string;
  input: Record<string, unknown>;
  result: string;
  isError: boolean;
}

/** With which the model asks for advice, by an aside. */
export const ADVISOR_TOOL = 'advisor';

export function asksAdvisor(part: Part): boolean {
  return 'aside' in part && part.aside.name === ADVISOR_TOOL && !part.aside.isError;
}

export type Memo =
  | {
      kind: 'answer';
      stop: ModelStop;
      parts: Part[];
      /** Millionths of a dollar at list price; null when the model has no known price. */
      cost: number | null;
      refusal: { category: string | null; explanation: string | null } | null;
    }
  /** A process died over this request, evaluation or call. */
  | { kind: 'crashed' }
  /** As of an answer: millionths of a dollar, null without a known price. */
  | { kind: 'graded'; cost: number | null }
  /** The cost of these three as of an answer: what was spent before it broke off; `usage` where the event has none. */
  | { kind: 'cut'; cost?: number | null; usage?: ModelUsage }
  | { kind: 'failed'; cost: number | null }
  /** The request did not fit the model's context. */
  | { kind: 'full'; cost?: number | null }
  /** What stands for all lines before `from`, the first that stays; null when none stays. */
  | { kind: 'compacted'; summary: string; from: EventId | null }
  /** The end of a request for a summary. Cost as of an answer; `made` is false when it gave none that can be used. */
  | { kind: 'summary'; made: boolean; cost: number | null }
  | { kind: 'retry'; at: number }
  /** The whole of what a tool answered; the event has an excerpt. */
  | { kind: 'spilled'; file: FileId }
  /** The event has the whole of a client's answer, of which the model reads so many characters. */
  | { kind: 'excerpt'; most: number }
  /** Who runs the call: our sandbox, or the client (custom tools and self-hosted environments). */
  | { kind: 'call'; by: 'hands' | 'client' };

/** Memos are written by this folder alone, always as `Memo`; a row without one has none. */
export function memoOf(memo: unknown): Memo | null {
  return memo !== null && typeof memo === 'object' && 'kind' in memo ? (memo as Memo) : null;
}
