/** The oracle of the survival tests and of `npm run bench:kills` is shown what it is to find. */
import { expect, test } from 'vitest';
import type { SessionEvent } from '../../src/core/events.ts';
import { type EventId, mint } from '../../src/core/ids.ts';
import type { LogRow } from '../../src/core/ports/store.ts';
import { judge, type SessionAtRest } from '../kit/whole-log.ts';

const [session, first, second, request, call] = [mint('sesn'), id(), id(), id(), id()];
const processed_at = '2026-01-01T00:00:00.000Z';
const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
const events: readonly SessionEvent[] = [
  { id: first, type: 'user.message', processed_at, content: [{ type: 'text', text: 'first' }] },
  { id: second, type: 'user.message', processed_at, content: [{ type: 'text', text: 'second' }] },
  { id: request, type: 'span.model_request_start', processed_at },
  {
    id: id(),
    type: 'span.model_request_end',
    processed_at,
    model_request_start_id: request,
    is_error: false,
    model_usage: usage,
  },
  { id: call, type: 'agent.tool_use', processed_at, name: 'bash', input: { command: 'mark' } },
  {
    id: id(),
    type: 'agent.tool_result',
    processed_at,
    tool_use_id: call,
    content: [{ type: 'text', text: 'marked' }],
  },
];

function id(): EventId {
  return mint('sevt');
}

/** The log with its events in the places given, numbered anew or with the numbers they had. */
function faultsOf(places: readonly number[], { numbers = 'new', ran = 1 }: { numbers?: 'new' | 'old'; ran?: number }) {
  const log = places.flatMap((place, at): LogRow[] => {
    const event = events[place];
    return event ? [{ session, seq: (numbers === 'new' ? at : place) + 1, event, memo: null }] : [];
  });
  const calls: SessionAtRest['calls'] = [{ session, toolUse: call, state: 'completed', epoch: 1, startedAt: 0 }];
  return judge({ log, inbox: [], calls }, { accepted: [first, second], ran: () => ran }).faults;
}

test('a log that is whole has no fault', () => {
  expect(faultsOf([0, 1, 2, 3, 4, 5], {})).toEqual([]);
});

test('an event that is lost is missed, also when the rest is numbered as if it had never been', () => {
  expect(faultsOf([0, 2, 3, 4, 5], { numbers: 'old' })).toContain('the numbers of the log have a gap');
  expect(faultsOf([0, 2, 3, 4, 5], {})).toEqual([
    `acknowledged input ${second} is lost`,
    'input was taken up in another order',
  ]);
  expect(faultsOf([0, 1, 2, 4, 5], {})).toEqual(['a request to the model has no end, or two']);
  expect(faultsOf([0, 1, 2, 3, 4], {})).toContain(`call ${call} has 0 results`);
});

test('an event that is there twice is found, and so is a command that was carried out twice or not at all', () => {
  expect(faultsOf([0, 0, 1, 2, 3, 4, 5], {})).toEqual(['an event is in the log twice']);
  expect(faultsOf([0, 1, 2, 3, 4, 5, 5], {})).toEqual(['an event is in the log twice', `call ${call} has 2 results`]);
  expect(faultsOf([0, 1, 2, 3, 4, 5], { ran: 2 })).toContain(`command ${call} was carried out 2 times`);
  expect(faultsOf([0, 1, 2, 3, 4, 5], { ran: 0 })).toEqual([
    `command ${call} has a result and was carried out 0 times`,
  ]);
});

test('input in another order is found, and so are numbers that run back', () => {
  expect(faultsOf([1, 0, 2, 3, 4, 5], {})).toEqual(['input was taken up in another order']);
  expect(faultsOf([0, 1, 3, 2, 4, 5], { numbers: 'old' })).toEqual(['the numbers of the log have a gap']);
});
