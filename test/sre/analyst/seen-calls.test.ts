import { expect, it } from 'vitest';
import type { Known } from '../../../src/sre/analyst/known.ts';
import { callQuestions, withSeenCalls } from '../../../src/sre/analyst/seen-calls.ts';
import { calls } from '../../kit/small-scene.ts';

function known(...ends: [string, string][]): Known {
  const fact = { points: [], stats: null, before: null, after: null, change: null, compared: null, last_window: null };
  const series = ends.map(([app, server_address]) => ({
    ...{ labels: { app, server_address }, ...fact, last_sample_at: null, stale: false },
  }));
  const data = { metric: 'calls', type: 'counter', unit: '', quantile: null, series };
  const result = { ok: true as const, evidence: 'E1', data, warnings: [], truncated: false, text: '' };
  return [{ call: { name: 'get_metrics', input: {} }, result }];
}

it('completes a graph by the calls that instruments show of those it knows', () => {
  const all = withSeenCalls(calls, known(['desk', 'paygate:443'], ['desk', '10.0.0.7:80'], ['nobody', 'paygate']));
  expect(all.get('desk')).toEqual(['ledger', 'cards', 'paygate']);
  expect(all.get('paygate')).toEqual([]);
  expect(all.has('nobody')).toBe(false);
  expect(withSeenCalls(calls, known(['desk', 'edge'])).get('desk')).toEqual(['ledger', 'cards']);
});

it('draws the graph of them where there is none', () => {
  const drawn = withSeenCalls(new Map(), known(['edge', 'desk'], ['desk', 'ledger']));
  expect([...drawn]).toEqual([
    ['edge', ['desk']],
    ['desk', ['ledger']],
    ['ledger', []],
  ]);
});

it('asks instruments that name both ends, only where somebody is called whom the graph does not know', () => {
  const info = { name: 'calls_total', type: 'counter', unit: '', help: '', series: 4 };
  const ask = (target: string[]) =>
    callQuestions([{ ...info, labels: { app: ['desk'], target } }], calls, { start: '-6h' });
  expect(ask(['ledger'])).toEqual([]);
  expect(ask(['ledger', 'paygate'])[0]?.input.group_by).toEqual(['app', 'target']);
  expect(callQuestions([{ ...info, labels: { app: ['desk'] } }], calls, {})).toEqual([]);
});
