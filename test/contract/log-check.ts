import { describe, expect, test } from 'vitest';
import { type LogId, mint, type SessionId } from '../../src/core/ids.ts';
import type { Engine } from '../../src/core/ports/engine.ts';
import type { CheckOptions, LogCheck } from '../../src/core/ports/log-check.ts';
import type { Store } from '../../src/core/ports/store.ts';
import { claimOne, doc, line, openSession, testClock } from './place.ts';

/** A place whose logs can be read from end to end, and written to past the store. */
export interface LogPlace {
  open(): Promise<{ store: Store; engine: Engine }>;
  check(options?: CheckOptions): Promise<LogCheck>;
  /** Statements of somebody who has the database open with a tool of its own. */
  tamper(sql: string): Promise<void>;
  dispose(): Promise<void>;
}

export const clock = testClock();

/** What every check of logs promises. Bind it to an adapter by giving it a maker of empty places. */
export function logCheckContract(name: string, make: () => Promise<LogPlace>): void {
  /** Two logs of five lines each, written by the API and by a turn, one line with a memo. */
  async function filled(body: (place: LogPlace, a: SessionId, b: SessionId) => Promise<void>): Promise<void> {
    const place = await make();
    try {
      const { store, engine } = await place.open();
      const [a, b] = [await openSession(store, true), await openSession(store)].sort();
      if (a === undefined || b === undefined) throw new Error('two sessions were opened');
      await store.commit({ append: [a, b].map((session) => ({ session, rows: ['one', 'two'].map(line) })) });
      const lease = await claimOne(engine);
      await engine.append(lease, { rows: [{ ...line('three'), memo: { signed: 'yes' } }] });
      await engine.append(lease, {
        rows: [line('four')],
        append: [{ session: lease.session === a ? b : a, rows: [line('three')] }],
      });
      await store.commit({
        append: [a, b].map((session) => ({ session, rows: ['half \ud800, nul \u0000', 'last'].map(line) })),
      });
      await store.close();
      await body(place, a, b);
    } finally {
      await place.dispose();
    }
  }
  const where = (session: LogId, seq: number) => `WHERE session_id = '${session}' AND seq = ${seq}`;

  describe(`${name}: logs from end to end`, () => {
    test('what the store and the engine wrote is whole, all of it and each log by itself', () =>
      filled(async ({ check }, a, b) => {
        expect(await check()).toMatchObject({ logs: 2, events: 11, erased: 0, faults: [], truncated: false });
        const [first, second] = [await check({ log: a }), await check({ log: b })];
        expect([first.faults, first.logs, second.faults]).toEqual([[], 1, []]);
        expect(first.events + second.events).toBe(11);
        expect(first.head).toMatch(/^[0-9a-f]{64}$/);
        expect(first.head).not.toBe(second.head);
      }));

    const offences: [what: string, sql: (a: SessionId, b: SessionId) => string, seq: number, told: RegExp][] = [
      [
        'changed',
        (a) => `UPDATE events SET body = replace(body, 'two', 'too') ${where(a, 2)}`,
        2,
        /not what was written/,
      ],
      ['given another type', (a) => `UPDATE events SET type = 'agent.message' ${where(a, 2)}`, 2, /columns/],
      ['given another time', (a) => `UPDATE events SET processed_at = processed_at + 1 ${where(a, 2)}`, 2, /columns/],
      ['given a memo', (a) => `UPDATE events SET memo = '{}' ${where(a, 1)}`, 1, /not what was written/],
      ['taken out', (a) => `DELETE FROM events ${where(a, 3)}`, 3, /line 3 is missing/],
      [
        'taken off the end',
        (a) => `DELETE FROM events WHERE session_id = '${a}' AND seq > 3`,
        4,
        /lines after 3 are missing/,
      ],
      [
        'swapped with its neighbour',
        (a) =>
          `UPDATE events SET seq = 99 ${where(a, 2)}; UPDATE events SET seq = 2 ${where(a, 3)}; UPDATE events SET seq = 3 ${where(a, 99)}`,
        2,
        /not where it was written/,
      ],
      [
        'added',
        (a) =>
          `INSERT INTO events (session_id, seq, id, type, body, hash) SELECT session_id, 77, 'sevt_x', type, body, hash FROM events ${where(a, 4)};
           UPDATE events SET seq = (SELECT seq + 1 FROM sessions WHERE id = '${a}') ${where(a, 77)}`,
        0,
        /it was added/,
      ],
      [
        'put into another log',
        (a, b) => `DELETE FROM events ${where(a, 1)}; UPDATE events SET session_id = '${a}' ${where(b, 1)}`,
        1,
        /not where it was/,
      ],
      [
        'counted away',
        (a) =>
          `DELETE FROM events WHERE session_id = '${a}' AND seq > 3; UPDATE sessions SET seq = 3 WHERE id = '${a}'`,
        3,
        /not the last line/,
      ],
      ['taken out with all others', (a) => `DELETE FROM events WHERE session_id = '${a}'`, 1, /all of them/],
    ];
    test.each(offences)('a line %s is named', (_, sql, seq, told) =>
      filled(async ({ check, tamper }, a, b) => {
        await tamper(sql(a, b));
        for (const { faults } of [await check(), await check({ log: a })]) {
          expect(faults[0]).toMatchObject({ log: a, what: expect.stringMatching(told) });
          if (seq > 0) expect(faults[0]?.seq).toBe(seq);
        }
        const other = await check({ log: b });
        if (!sql(a, b).includes(b)) expect(other.faults).toEqual([]);
      }),
    );

    test('a session that is gone without having been deleted is named; a deleted one is counted', () =>
      filled(async ({ open, check, tamper }, a) => {
        const { store } = await open();
        const gone = mint('sesn');
        const deleted = mint('sesn');
        for (const id of [gone, deleted]) {
          await store.commit({ opens: [id], puts: [{ doc: doc('session', id) }] });
          await store.commit({ append: [{ session: id, rows: [line('x')] }] });
        }
        await store.commit({ erases: [deleted], removes: [{ kind: 'session', id: deleted }] });
        await store.close();
        const before = await check();
        expect(before).toMatchObject({ logs: 3, erased: 1, faults: [] });
        await tamper(`DELETE FROM events WHERE session_id = '${gone}'; DELETE FROM sessions WHERE id = '${gone}'`);
        const after = await check();
        expect(after.faults[0]).toMatchObject({ log: gone, what: expect.stringMatching(/no erasure tells of it/) });
        expect(after.head).not.toBe(before.head);
        expect((await check({ log: a })).faults).toEqual([]);
      }));
  });
}
