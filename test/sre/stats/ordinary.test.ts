import { expect, it } from 'vitest';
import { normalOf } from '../../../src/sre/stats/normal.ts';
import { ordinaryOf } from '../../../src/sre/stats/ordinary.ts';
import { RULES } from '../../../src/sre/stats/ranking-rules.ts';

const MINUTE = 60_000;
const floors = { absolute: 0, relative: 0.1 };

/** A sample a second, so many minutes long, that goes to and fro by a tenth. */
function seconds(minutes: number) {
  const times = Float64Array.from({ length: minutes * 60 + 1 }, (_, i) => i * 1000);
  return { times, values: times.map((time) => 1 + 0.1 * Math.sin(time / 7000)) };
}

function scaleAt(minutes: number, asked = { from: minutes * MINUTE, at: minutes * MINUTE }): number | undefined {
  const span = { after: MINUTE, before: 3 * MINUTE };
  const known = ordinaryOf(seconds(minutes), { ...asked, span, floors, rules: RULES })(asked.at);
  return known?.normal.scale;
}

it('counts samples of one minute as one: six minutes of them say less of what is normal than two hours', () => {
  const asIfAlone = (minutes: number): number =>
    normalOf(seconds(minutes).values.subarray(0, minutes * 60), floors, RULES.tail)?.scale ?? 0;
  // By Student's t: 1 + 2/5 + 4/25 for six, next to nothing for hundreds.
  expect((scaleAt(6) ?? 0) / asIfAlone(6)).toBeCloseTo(1.55, 1);
  expect((scaleAt(120) ?? 0) / asIfAlone(120)).toBeCloseTo(1.02, 1);
});

it('gives an early moment of a short history a third of what came before the alert, and nothing of one that is not there', () => {
  const short = { from: -MINUTE, at: 6 * MINUTE };
  const span = { after: MINUTE, before: 3 * MINUTE };
  const known = ordinaryOf(seconds(6), { ...short, span, floors, rules: RULES });
  expect(known(0)?.normal.scale).toBe(known(MINUTE)?.normal.scale);
  expect(known(0)?.normal.scale).toBeGreaterThan(known(6 * MINUTE)?.normal.scale ?? Number.POSITIVE_INFINITY);
  const two = { times: Float64Array.of(0, 1000), values: Float64Array.of(1, 1) };
  expect(ordinaryOf(two, { ...short, span, floors, rules: RULES })(0)).toBeNull();
});
