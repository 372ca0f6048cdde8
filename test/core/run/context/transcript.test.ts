import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SessionEvent } from '../../../../src/core/events.ts';
import { type EventId, mint } from '../../../../src/core/ids.ts';
import type { ModelStop } from '../../../../src/core/ports/model.ts';
import { firstKept } from '../../../../src/core/run/context/context.ts';
import { transcript } from '../../../../src/core/run/context/transcript.ts';
import type { Memo, Part } from '../../../../src/core/run/state/memo.ts';
import { emptyState, fold, type State } from '../../../../src/core/run/state.ts';
import { aReport } from '../a-report.ts';
import { faults } from '../legal.ts';

type Row = { event: SessionEvent; memo?: Memo };
const stamp = () => ({ id: mint('sevt'), processed_at: '2026-11-21T05:00:00.000Z' });
const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
const text = (value: string) => [{ type: 'text' as const, text: value }];

type Piece = 'thinking' | 'text' | 'call';
interface Act {
  say: number;
  pieces: Piece[];
  stop: ModelStop;
  /** In which order the calls are answered, and whether someone answers twice. */
  reversed: boolean;
  twice: boolean;
  crashed: boolean;
}

/** One round: messages, perhaps a crashed request, a response, its results. */
function rows(act: Act): Row[] {
  const made: Row[] = [];
  for (let i = 0; i < act.say; i++) made.push({ event: { ...stamp(), type: 'user.message', content: text(`m${i}`) } });
  const start = mint('sevt');
  const close = (memo: Memo, is_error: boolean): Row => ({
    event: { ...stamp(), type: 'span.model_request_end', model_request_start_id: start, is_error, model_usage: usage },
    memo,
  });
  made.push({ event: { ...stamp(), id: start, type: 'span.model_request_start' } });
  if (act.crashed) return [...made, close({ kind: 'crashed' }, true)];
  const calls: EventId[] = [];
  const texts: string[] = [];
  const parts = act.pieces.map((piece): Part => {
    if (piece === 'thinking') return { thinking: { type: 'thinking', thinking: 'x', signature: 's' } };
    if (piece === 'text') return { text: texts.push('said') - 1 };
    calls.push(mint('sevt'));
    return { call: calls.at(-1) ?? 'sevt_' };
  });
  if (texts.length > 0) made.push({ event: { ...stamp(), type: 'agent.message', content: texts.flatMap(text) } });
  for (const id of calls) made.push({ event: { ...stamp(), id, type: 'agent.custom_tool_use', name: 't', input: {} } });
  made.push(close({ kind: 'answer', stop: act.stop, parts, cost: 0, refusal: null }, false));
  const order = act.reversed ? [...calls].reverse() : calls;
  for (const id of act.twice ? [...order, ...order] : order) {
    made.push({ event: { ...stamp(), type: 'user.custom_tool_result', custom_tool_use_id: id, content: text('r') } });
  }
  return made;
}

const act: fc.Arbitrary<Act> = fc.record({
  say: fc.integer({ min: 0, max: 2 }),
  pieces: fc.array(fc.constantFrom<Piece>('thinking', 'text', 'call'), { maxLength: 5 }),
  stop: fc.constantFrom<ModelStop>('end_turn', 'tool_use', 'max_tokens', 'pause_turn'),
  reversed: fc.boolean(),
  twice: fc.boolean(),
  crashed: fc.boolean(),
});

test('every prefix of a log is a legal conversation, and a longer log only adds to it', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 6 }), (acts) => {
      const all = [
        { event: { ...stamp(), type: 'user.message' as const, content: text('first') } },
        ...acts.flatMap(rows),
      ];
      let state = emptyState();
      let asked = '[';
      for (const [index, row] of all.entries()) {
        state = fold(state, { ...row, seq: index + 1 });
        const messages = transcript(state);
        expect(faults(messages)).toEqual([]);
        if (index === all.length - 1) expect(messages).toEqual(transcript(again(all)));
        if (row.event.type !== 'span.model_request_start' || state.calls.length > 0) continue;
        // The bytes of one request are the beginning of the next one's: that is what a prompt cache needs.
        const bytes = JSON.stringify(messages);
        const last = messages.at(-1)?.content.length ?? 0;
        expect(bytes.startsWith(asked), `${asked}\n${bytes}`).toBe(true);
        asked = last > 0 ? bytes.slice(0, -3) : asked;
      }
    }),
    { numRuns: 300 },
  );
});

/** The same log, read by somebody who has made nothing of it before. */
function again(all: readonly Row[]): State {
  return all.reduce((so, row, index) => fold(so, { ...row, seq: index + 1 }), emptyState());
}

test('a turn of many requests reads each line once', () => {
  let read = 0;
  const first: SessionEvent = {
    ...stamp(),
    type: 'user.message',
    get content() {
      read += 1;
      return text('first');
    },
  };
  const more = rows({
    say: 1,
    pieces: ['call', 'text'],
    stop: 'tool_use',
    reversed: false,
    twice: false,
    crashed: false,
  });
  let state = fold(emptyState(), { seq: 1, event: first });
  const early = state;
  const [folded] = [read, transcript(state)];
  for (const row of [...more, ...more]) {
    state = fold(state, { ...row, seq: state.seq + 1 });
    expect(JSON.stringify(transcript(state))).toContain('first');
  }
  expect(read).toBe(folded + 1);
  expect(transcript(early)).toHaveLength(1);
});

test('another summary at the same place is another beginning', () => {
  const said = (words: string): Row => ({ event: { ...stamp(), type: 'user.message', content: text(words) } });
  const kept = said('kept');
  const summary = (words: string): Row => ({
    event: { ...stamp(), type: 'agent.thread_context_compacted' },
    memo: { kind: 'compacted', summary: words, from: kept.event.id },
  });
  const log = [said('old'), kept, summary('one')];
  expect(blocksOf(again(log)).join()).toContain('one');
  const [before, after] = [again(log), again([...log, summary('two')])];
  expect(blocksOf(before).join()).toContain('one');
  expect(blocksOf(fold(before, { ...summary('two'), seq: 9 })).join()).toBe(blocksOf(after).join());
});

test('wherever it is cut, what stays is the end of the conversation as it was, and legal behind the summary', () => {
  let cuts = 0;
  const rounds = fc.array(fc.tuple(act, fc.integer({ min: 0, max: 60 })), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(rounds, (all) => {
      let state = fold(emptyState(), { seq: 1, event: { ...stamp(), type: 'user.message', content: text('first') } });
      for (const [one, window] of all) {
        for (const row of rows(one)) state = fold(state, { ...row, seq: state.seq + 1 });
        const before = blocksOf(state);
        const from = firstKept(state.lines, state.context, window * 3);
        const memo: Memo = { kind: 'compacted', summary: 'so far', from };
        const event = { ...stamp(), type: 'agent.thread_context_compacted' as const };
        state = fold(state, { event, memo, seq: state.seq + 1 });
        const [note, summary, ...after] = blocksOf(state);
        expect(note).toContain('session_log');
        expect(summary).toContain('so far');
        expect(after).toEqual(after.length === 0 ? [] : before.slice(-after.length));
        expect(faults(transcript(state))).toEqual([]);
        expect(state.calls).toEqual([]);
        if (from !== null) cuts += 1;
      }
    }),
    { numRuns: 200 },
  );
  expect(cuts).toBeGreaterThan(50);
});

function blocksOf(state: State): string[] {
  return transcript(state).flatMap((message) => message.content.map((block) => JSON.stringify(block)));
}

test('what the operator said and what the work is graded by survive every summary word for word', () => {
  const log: Row[] = [
    { event: { ...stamp(), type: 'user.message', content: text('go') } },
    { event: { ...stamp(), type: 'system.message', content: text('Never restart the database.') } },
    { event: { ...stamp(), ...aReport } },
    ...['one', 'two', 'three'].map((summary): Row => {
      const event = { ...stamp(), type: 'agent.thread_context_compacted' as const };
      return { event, memo: { kind: 'compacted', summary, from: null } };
    }),
  ];
  const state = again(log);
  const said = blocksOf(state).join('');
  for (const words of ['three', 'Never restart the database.', 'A report', 'It names the cause.']) {
    expect(said).toContain(words);
  }
  expect(said).not.toContain('two');
});

test('an answer that comes after its call was closed is not told twice', () => {
  const id = mint('sevt');
  const log: Row[] = [
    { event: { ...stamp(), type: 'user.message', content: text('go') } },
    { event: { ...stamp(), id, type: 'agent.custom_tool_use', name: 't', input: {} } },
    {
      event: {
        ...stamp(),
        type: 'span.model_request_end',
        model_request_start_id: id,
        is_error: false,
        model_usage: usage,
      },
      memo: { kind: 'answer', stop: 'tool_use', parts: [{ call: id }], cost: 0, refusal: null },
    },
    { event: { ...stamp(), type: 'agent.tool_result', tool_use_id: id, content: text('interrupted'), is_error: true } },
    { event: { ...stamp(), type: 'user.custom_tool_result', custom_tool_use_id: id, content: text('late') } },
  ];
  const state = again(log);
  expect(JSON.stringify(transcript(state))).not.toContain('late');
});
