import { expect, it } from 'vitest';
import { withoutWanderers } from '../../../src/sre/analyst/before-the-crowd.ts';
import type { Signal } from '../../../src/sre/analyst/signals.ts';
import type { Sign } from '../../../src/sre/stats/onset.ts';
import { AT, seen, told } from '../../kit/small-scene.ts';

const MINUTE = 60_000;
const crowd = [told('errors', 'desk', 9), told('latency', 'desk', 9), told('latency', 'ledger', 9)];

/** Whether a sign of two hours before is kept, where these broke later. */
function begins(early: Signal, broke: Signal[] = crowd): boolean {
  const signals = [early, ...broke];
  const signs = signals.map(
    ({ id, fact }): Sign => ({
      id,
      at: Date.parse(fact.change?.at ?? ''),
      plusMinus: 0,
      confidence: 1,
      relevance: 0.9,
    }),
  );
  return withoutWanderers(seen(signals), signs).some(({ id }) => id === early.id);
}

/** As it was read in between: so much until two hours before, so much until the others broke. */
function read(signal: Signal, before: number, then: number): Signal {
  const points = [-160, -140, -120, -60, -40, -20, 0].map((m): [string, number] => [
    new Date(AT + m * MINUTE).toISOString(),
    m < -120 ? before : then,
  ]);
  return { ...signal, fact: { ...signal.fact, points } };
}

it('begins with nothing that stood alone and was where it came from when everything broke', () => {
  const early = told('latency', 'cards', 5, undefined, -120);
  expect(begins(read(early, 10, 12))).toBe(false);
  expect(begins(read(early, 10, 30))).toBe(true);
  expect(begins(told('latency', 'cards', 1.3, undefined, -120))).toBe(false);
});

it('keeps what is early while nothing breaks, what breaks with the others, and a share of what there is', () => {
  const early = read(told('saturation', 'cards', 5, undefined, -120), 10, 12);
  expect(begins(early, [])).toBe(true);
  expect(begins(early, crowd.slice(1))).toBe(true);
  expect(begins(early, [told('errors', 'desk', 1.5), told('latency', 'desk', 1.2), told('cpu', 'desk', 3)])).toBe(true);
  expect(begins(told('latency', 'cards', 1.3, undefined, -8))).toBe(true);
  expect(begins({ ...early, unit: 'ratio' })).toBe(true);
});
