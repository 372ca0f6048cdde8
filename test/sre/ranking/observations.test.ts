import { expect, it } from 'vitest';
import type { Metrics } from '../../../src/sre/ports/metrics.ts';
import { observations } from '../../../src/sre/ranking/observations.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 2);

/** One metric that is known since `known` milliseconds before now; says at which steps it was asked. */
function source(known: number, asked: number[]): Metrics {
  const answer = { status: 'ok' as const, source: 'test', truncated: false, warnings: [], url: null };
  return {
    list: async () => ({
      ...answer,
      range: null,
      data: [{ name: 'cart_cpu', type: 'gauge' as const, help: '', unit: '', labels: {}, series: 1 }],
    }),
    async query({ range, stepSeconds, metric }) {
      asked.push(stepSeconds);
      const first = Math.max(Date.parse(range.start), NOW - known);
      const points = Array.from(
        { length: Math.floor((NOW - first) / (stepSeconds * 1000)) },
        (_, i): [number, number] => [first + (i + 1) * stepSeconds * 1000, i],
      );
      return {
        ...answer,
        range,
        data: [{ metric, labels: { service: 'cart' }, unit: '', points, lastSampleAt: null }],
      };
    },
  };
}

async function read(known: number) {
  const asked: number[] = [];
  const window = { at: NOW - MINUTE, now: NOW };
  const all = [];
  for await (const one of observations(source(known, asked), window, new Map(), () => {}, new AbortController().signal))
    all.push(one);
  return { asked, samples: all[0]?.times.length ?? 0 };
}

it('reads a day by the minute, and what is known for minutes only at a pace that gives it samples', async () => {
  expect(await read(48 * 60 * MINUTE)).toEqual({ asked: [60], samples: 1441 });
  const { asked, samples } = await read(7 * MINUTE);
  expect(asked).toEqual([60, 12]);
  expect(samples).toBeGreaterThanOrEqual(30);
});
