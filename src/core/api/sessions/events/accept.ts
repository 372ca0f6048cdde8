/** A client's event as it enters the inbox: with its id, and stamped where the wire wants it stamped on receipt. */
import { assertNever } from '../../../../lib/assert-never.ts';
import type { InputEvent } from '../../../events.ts';
import { type EventId, mint } from '../../../ids.ts';
import { isoTime } from '../../core.ts';
import type { EventInput } from './schema.ts';

export function accept(input: EventInput, now: number): InputEvent {
  const id = mint('sevt', now);
  const waits = { id, processed_at: null };
  const stamped = { id, processed_at: isoTime(now) };
  switch (input.type) {
    case 'user.message':
      return { ...waits, type: input.type, content: input.content };
    case 'system.message':
      return { ...waits, type: input.type, content: input.content };
    case 'user.interrupt':
      return { ...waits, type: input.type };
    case 'user.tool_confirmation':
      return {
        ...waits,
        type: input.type,
        tool_use_id: eventId(input.tool_use_id),
        result: input.result,
        ...(input.deny_message ? { deny_message: input.deny_message } : {}),
      };
    case 'user.custom_tool_result':
      return {
        ...stamped,
        type: input.type,
        custom_tool_use_id: eventId(input.custom_tool_use_id),
        ...result(input),
      };
    case 'user.define_outcome':
      return {
        ...stamped,
        type: input.type,
        outcome_id: mint('outc', now),
        description: input.description,
        rubric: { type: 'text', content: input.rubric.type === 'text' ? input.rubric.content : '' },
        max_iterations: input.max_iterations ?? 3,
      };
    case 'user.tool_result':
      return { ...stamped, type: input.type, tool_use_id: eventId(input.tool_use_id), ...result(input) };
    default:
      return assertNever(input);
  }
}

type Result = Extract<EventInput, { type: 'user.tool_result' }>;

function result({ content, is_error }: Pick<Result, 'content' | 'is_error'>) {
  return {
    ...(content === undefined ? {} : { content }),
    ...(is_error === null || is_error === undefined ? {} : { is_error }),
  };
}

/** The checks before have found the event this names, so it has the form of an event id. */
function eventId(text: string): EventId {
  return text as EventId;
}
