/** How much of the model's context a thread takes, and what of its log a summary stands for. Pure. */
import type { SessionEvent } from '../../events.ts';
import type { EventId, FileId } from '../../ids.ts';
import type { Line, Lines } from '../state/lines.ts';
import type { Memo } from '../state/memo.ts';
import { lineTokens, textTokens } from './estimate.ts';

export interface Context {
  /** What stands for the lines up to `upTo`; null until there was a need. */
  summary: string | null;
  upTo: Lines;
  /** Of the next request: as the model counted the last one, and estimated for what came after it. */
  tokens: number;
  /** Estimated, of the lines that no summary stands for yet. */
  fresh: number;
  /** The model has said that a request did not fit. */
  full: boolean;
  /** Since the model last answered: requests for a summary, and those of them in a row that gave none. */
  tries: number;
  misses: number;
  /** Files that hold the whole of what tools answered, oldest first, and whether clients answered at such length. */
  spilled: readonly FileId[];
  excerpted: boolean;
}

export const emptyContext: Context = {
  summary: null,
  upTo: null,
  tokens: 0,
  fresh: 0,
  full: false,
  tries: 0,
  misses: 0,
  spilled: [],
  excerpted: false,
};

/** A new message gives the model another chance. */
export const freshTries = { tries: 0, misses: 0 };

/** One more line of the conversation. */
export function grow(before: Context, line: Line): Context {
  const tokens = tokensOf(line);
  const context = { ...noted(before, line.memo), tokens: before.tokens + tokens, fresh: before.fresh + tokens };
  return line.event.type === 'span.model_request_end' ? endOfRequest(context, line.event, line.memo) : context;
}

function noted(context: Context, memo: Memo | null): Context {
  if (memo?.kind === 'spilled') return { ...context, spilled: [...context.spilled, memo.file] };
  return memo?.kind === 'excerpt' ? { ...context, excerpted: true } : context;
}

function tokensOf({ event, memo }: Line): number {
  if (memo?.kind === 'excerpt') return textTokens(memo.most);
  return lineTokens(event) + asideTokens(memo);
}

function endOfRequest(
  context: Context,
  { model_usage: usage }: Extract<SessionEvent, { type: 'span.model_request_end' }>,
  memo: Memo | null,
): Context {
  switch (memo?.kind) {
    case 'answer': {
      const read = usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens;
      const counted = read + usage.output_tokens + asideTokens(memo);
      return { ...context, tokens: read === 0 ? context.tokens : counted, full: false, ...freshTries };
    }
    case 'full':
      return { ...context, full: true };
    case 'summary':
      return { ...context, tries: context.tries + 1, misses: memo.made ? 0 : context.misses + 1 };
    default:
      return context;
  }
}

/** What calls that nobody sees were answered. */
function asideTokens(memo: Memo | null): number {
  if (memo?.kind !== 'answer') return 0;
  return memo.parts.reduce((sum, part) => sum + ('aside' in part ? textTokens(part.aside.result.length) : 0), 0);
}

/** The context after a summary: it, and the lines from the one that the memo names. */
export function compacted(context: Context, lines: Lines, memo: Memo | null): Context {
  if (memo?.kind !== 'compacted') return context;
  let fresh = 0;
  let upTo = lines;
  if (memo.from !== null) {
    for (let rest = lines; rest !== null; rest = rest.earlier) {
      fresh += tokensOf(rest.line);
      upTo = rest.earlier;
      if (rest.line.event.id === memo.from) break;
    }
  }
  const tokens = textTokens(memo.summary.length) + fresh;
  return { ...context, summary: memo.summary, upTo, tokens, fresh, full: false };
}

/** The part of the context that may be in use before it is made shorter: the rest is for the answer and for errors. */
const crowded = 0.75;
/** The part of it that the newest lines may keep. */
const kept = 0.1;

/** Whether there is a need; only what no summary stands for yet can be won. */
export function needsCompaction(context: Context, window: number): boolean {
  if (context.full) return true;
  return context.tokens > crowded * window && context.fresh > kept * window;
}

/**
 * The first line that stays: the earliest at which the conversation may be cut so that the rest is short enough. Null when
 * there is none, or when keeping some was not enough the last time. A call is never parted from its result, nor one part
 * of an answer from another.
 */
export function firstKept(lines: Lines, context: Context, window: number): EventId | null {
  if (context.tries > context.misses) return null;
  let tokens = 0;
  const short: EventId[] = [];
  for (const { line, isFirst } of withCuts(lines, context.upTo)) {
    tokens += tokensOf(line);
    if (tokens > kept * window) return short.at(-1) ?? null;
    if (isFirst) short.push(line.event.id);
  }
  // All of it is short and yet too much: no more than the newest part may stay, and never the whole.
  return short.length > 1 || context.upTo !== null ? (short[0] ?? null) : null;
}

/** The lines after `upTo`, newest first, each with whether the conversation may be cut before it. */
function* withCuts(lines: Lines, upTo: Lines): Generator<{ line: Line; isFirst: boolean }> {
  const unasked = new Set<string>();
  let answer: string | null = null;
  for (let rest = lines; rest !== upTo && rest !== null; rest = rest.earlier) {
    const { event, memo } = rest.line;
    answer = firstOfAnswer(event.id, memo) ?? answer;
    const use = useOf(event);
    if (use !== null) unasked.add(use);
    unasked.delete(event.id);
    const begins = answer === null ? opensRound(event) : event.id === answer || event.type === answer;
    if (begins) answer = null;
    yield { line: rest.line, isFirst: begins && unasked.size === 0 };
  }
}

/** The id or the type of the line with which the answer begins that ends here. */
function firstOfAnswer(end: string, memo: Memo | null): string | null {
  if (memo?.kind !== 'answer') return null;
  if (memo.parts.some((part) => 'text' in part)) return 'agent.message';
  const call = memo.parts.find((part) => 'call' in part);
  return call === undefined ? end : call.call;
}

/** The call that a result answers. */
function useOf(event: SessionEvent): string | null {
  switch (event.type) {
    case 'agent.tool_result':
    case 'user.tool_result':
      return event.tool_use_id;
    case 'agent.mcp_tool_result':
      return event.mcp_tool_use_id;
    case 'user.custom_tool_result':
      return event.custom_tool_use_id;
    default:
      return null;
  }
}

function opensRound(event: SessionEvent): boolean {
  return (
    event.type === 'user.message' ||
    event.type === 'user.define_outcome' ||
    event.type === 'agent.thread_message_received'
  );
}
