import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { compareRuns, shiftOf } from '../../../src/sre/evaluation/compare-runs.ts';
import type { Row } from '../../../src/sre/evaluation/totals.ts';
import { runCli } from '../../kit/run-cli.ts';

function row(scenario: string, seed: number, cause: boolean, over: Partial<Row> = {}): Row {
  return {
    ...{ scenario, seed, model: 'm', outcome: true, cause, change_at_1: cause, change_at_3: true },
    ...{
      false_accusation: false,
      missed_no_change: false,
      harmful: false,
      decoys_left: 0,
      onset_seconds: 1,
      onset_near: true,
    },
    ...{ confidence: 'high', unsupported: 0, seconds: 1 },
    ...over,
  };
}
const times = <Item>(n: number, item: Item): Item[] => Array.from({ length: n }, () => item);

describe('two runs over the same worlds', () => {
  it('are compared pair by pair, and the worlds that ended differently are named', () => {
    const before = [row('s1', 1, true), row('s2', 1, false), row('s3', 1, true), row('s9', 1, true)];
    const after = [
      row('s3', 1, false, { confidence: 'low' }),
      row('s2', 1, true),
      row('s1', 1, true),
      row('s1', 2, true),
    ];
    const { models, onlyBefore, onlyAfter } = compareRuns(before, after);
    expect({ onlyBefore, onlyAfter }).toEqual({ onlyBefore: 1, onlyAfter: 1 });
    expect(models).toMatchObject([
      {
        model: 'm',
        worlds: 3,
        shares: { cause: { before: 2 / 3, after: 2 / 3, difference: 0, better: 1, worse: 1, p: 1 } },
      },
    ]);
    expect(models[0]?.changed).toEqual([
      { scenario: 's2', seed: 1, verdict: 'better', what: ['cause: no → yes', 'change at 1: no → yes'] },
      {
        scenario: 's3',
        seed: 1,
        verdict: 'worse',
        what: ['cause: yes → no', 'change at 1: yes → no', 'confidence: high → low'],
      },
    ]);
  });

  it('keep models apart, and the same world measured twice', () => {
    const twice = [row('s1', 1, true), row('s1', 1, false), row('s1', 1, true, { model: 'n' })];
    const { models } = compareRuns(twice, twice);
    expect(models.map(({ model, worlds, changed }) => [model, worlds, changed.length])).toEqual([
      ['m', 2, 0],
      ['n', 1, 0],
    ]);
  });
});

describe('the difference', () => {
  it('has the interval of pairs: many that agree make it narrow, and it holds none when one side wins', () => {
    const pairs: [boolean, boolean][] = [
      ...times(80, [true, true] as [boolean, boolean]),
      ...times(15, [false, true] as [boolean, boolean]),
      ...times(5, [true, false] as [boolean, boolean]),
    ];
    const shift = shiftOf(pairs);
    expect(shift).toMatchObject({ before: 0.85, after: 0.95, better: 15, worse: 5 });
    expect(shift.difference).toBeCloseTo(0.1);
    // By hand: (15.5 - 5.5) / 102 ± 1.96 √(21 - 100 / 102) / 102.
    expect(shift.interval[0]).toBeCloseTo(0.0121, 3);
    expect(shift.interval[1]).toBeCloseTo(0.184, 3);
    // Two-sided binomial tail of 5 or fewer in 20.
    expect(shift.p).toBeCloseTo(0.0414, 4);
  });

  it('of nothing is nothing, and of one world says nothing', () => {
    expect(shiftOf([])).toMatchObject({ difference: 0, p: 1 });
    const one = shiftOf([[false, true]]);
    expect(one.p).toBe(1);
    expect(one.interval[0]).toBeLessThan(0);
  });
});

test('the command shows both, and says what is wrong with a file that is no result', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vigil-compare-'));
  const [a, b] = [join(dir, 'a.json'), join(dir, 'b.json')];
  await writeFile(a, JSON.stringify({ rows: [row('s1', 1, false)], totals: {} }));
  await writeFile(b, JSON.stringify({ rows: [row('s1', 1, true)], totals: {} }));
  const shown = await runCli(['eval', '--compare', a, b]);
  expect([shown.code, shown.stderr]).toEqual([0, '']);
  expect(shown.stdout).toMatch(/m, 1 worlds in both\n.*\ncause +0 % +100 % +\+100/);
  expect(shown.stdout).toContain('+ s1 1: cause: no → yes, change at 1: no → yes');
  const data = await runCli(['eval', '--compare', a, b, '--json']);
  expect(JSON.parse(data.stdout)).toMatchObject({ models: [{ worlds: 1, shares: { cause: { better: 1 } } }] });
  await writeFile(b, '{"rows":[]}');
  const wrong = await runCli(['eval', '--compare', a, b]);
  expect([wrong.code, wrong.stderr.includes('no result of `vigil eval --json`')]).toEqual([2, true]);
  await rm(dir, { recursive: true });
});
