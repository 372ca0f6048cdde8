/** What must hold of a session's log however often its server was killed. Pure, so that tests and measurements share it. */
import type { SessionEvent } from '../../src/core/events.ts';
import type { ToolCall } from '../../src/core/ports/engine.ts';
import type { InboxRow, LogRow } from '../../src/core/ports/store.ts';

/** How a call that was cut off tells that nobody knows. */
export const UNKNOWN = 'may or may not have been executed';

export interface SessionAtRest {
  log: readonly LogRow[];
  inbox: readonly InboxRow[];
  calls: readonly ToolCall[];
}
export interface Witnesses {
  /** Ids of input, in the order in which it was acknowledged. */
  accepted: readonly string[];
  /** How many times a command with this input has been carried out. */
  ran(input: Record<string, unknown>): number;
}
export interface Judgement {
  faults: string[];
  /** Commands whose end nobody knows, and said so. */
  unknown: number;
  commands: number;
}

export function judge({ log, inbox, calls }: SessionAtRest, { accepted, ran }: Witnesses): Judgement {
  const faults: string[] = [];
  const must = (holds: boolean, fault: string) => void (holds || faults.push(fault));
  const ids = log.map(({ event }) => String(event.id));
  must(
    log.every(({ seq }, at) => seq === at + 1),
    'the numbers of the log have a gap',
  );
  must(new Set(ids).size === ids.length, 'an event is in the log twice');
  must(inbox.length === 0, 'input was left lying');
  const places = accepted.map((id) => ids.indexOf(id));
  for (const [at, id] of accepted.entries()) must(places[at] !== -1, `acknowledged input ${id} is lost`);
  must(
    places.every((place, at) => at === 0 || place > Number(places[at - 1])),
    'input was taken up in another order',
  );
  const starts = of(log, 'span.model_request_start').map(({ id }) => id);
  const ends = of(log, 'span.model_request_end').map((event) => event.model_request_start_id);
  must(JSON.stringify(starts) === JSON.stringify(ends), 'a request to the model has no end, or two');
  let unknown = 0;
  const uses = of(log, 'agent.tool_use');
  for (const { id } of uses) {
    const results = of(log, 'agent.tool_result').filter((result) => result.tool_use_id === id);
    must(results.length === 1, `call ${id} has ${results.length} results`);
  }
  const commands = uses.filter(({ name }) => name === 'bash');
  for (const { id, input } of commands) {
    const result = of(log, 'agent.tool_result').find(({ tool_use_id }) => tool_use_id === id);
    const isUnknown = JSON.stringify(result ?? null).includes(UNKNOWN);
    const times = ran(input);
    const state = calls.find(({ toolUse }) => toolUse === id)?.state;
    must(times <= 1, `command ${id} was carried out ${times} times`);
    must(isUnknown || times === 1, `command ${id} has a result and was carried out ${times} times`);
    must(state === (isUnknown ? 'unknown' : 'completed'), `command ${id} is ${state}, its result says otherwise`);
    if (isUnknown) unknown += 1;
  }
  return { faults, unknown, commands: commands.length };
}

export function of<Type extends SessionEvent['type']>(
  log: readonly LogRow[],
  type: Type,
): Extract<SessionEvent, { type: Type }>[] {
  return log.flatMap(({ event }) => (isOf(event, type) ? [event] : []));
}

function isOf<Type extends SessionEvent['type']>(
  event: SessionEvent,
  type: Type,
): event is Extract<SessionEvent, { type: Type }> {
  return event.type === type;
}
