/** Traces tell the one that is slow from those that wait for it, where metrics of neither say so. */
import { describe, expect, it } from 'vitest';
import type { Trace } from '../../../src/sre/ports/traces.ts';
import { investigate } from '../../kit/investigate.ts';
import { NOW, noise, type SmallWorld, smallWorld } from '../../kit/small-world.ts';

const MINUTE = 60_000;
const SINCE = 30;

/** web asks stock and fares, one after the other; `slow` takes long by itself since half an hour. */
function trace(minutesAgo: number, slow: string): Trace {
  const start = NOW - minutesAgo * MINUTE;
  const took = (service: string) => (service === slow && minutesAgo < SINCE ? 900 : 40) + (minutesAgo % 5);
  const [stock, fares] = [took('stock'), took('fares')];
  const span = (id: string, service: string, at: number, durationMs: number) => ({
    ...{ id, parent: id === 'r' ? null : 'r', service, operation: `${service} answer`, start: start + at, durationMs },
    ...{ error: false, attributes: {} },
  });
  const spans = [span('r', 'web', 0, 20 + stock + fares), span('s', 'stock', 10, stock)];
  return { id: `t${minutesAgo}`, spans: [...spans, span('f', 'fares', 10 + stock, fares)] };
}

function patch(file: string): string {
  return `--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-one\n+two\n`;
}
const deploy = (service: string) => ({
  ...{ id: `rel-${service}`, service, minutesAgo: SINCE + 1, title: `${service}: release`, diff: patch(service) },
});

function world(slow: string, over: Partial<SmallWorld> = {}) {
  return smallWorld({
    alert: { name: 'WebSlow', service: 'web', summary: 'web latency p99 above 0.5s' },
    graph: { web: ['stock', 'fares'], stock: [], fares: [] },
    series: [
      {
        ...{ metric: 'rpc_duration_seconds', type: 'summary', unit: 'seconds' },
        labels: { service: 'web', quantile: '0.99' },
        at: (m) => (m < SINCE ? 1 : 0.1) + 0.004 * noise(2, m),
      },
      { metric: 'rpc_calls_total', type: 'counter', labels: { service: 'web' }, at: (m) => 40 + noise(3, m) },
    ],
    changes: [deploy('stock'), deploy('fares')],
    traces: Array.from({ length: 60 }, (_unused, i) => trace(i + 1, slow)),
    ...over,
  });
}

describe('an analyst with traces', () => {
  it.each(['stock', 'fares'])('blames the deploy of %s when that is what is slow by itself', async (slow) => {
    const { finding, sentBack } = await investigate(world(slow));
    expect(sentBack).toEqual([]);
    expect(finding?.cause).toMatchObject({ service: slow, change_id: `rel-${slow}` });
    const told = finding?.claims.map(({ text }) => text).join('\n');
    expect(told).toMatch(new RegExp(`what ${slow} spends itself in ${slow} answer, .* rose from 4\\d ms to 90\\d ms`));
  });

  it('cannot tell them apart without: it blames neither, and does not complain of what nobody connected', async () => {
    const { finding } = await investigate(world('stock', { without: ['traces'] }));
    expect(finding?.cause?.change_id ?? null).toBeNull();
    expect(finding?.could_not_access.join()).not.toContain('traces');
  });

  it('does not lean on a handful of them', async () => {
    const few = Array.from({ length: 4 }, (_unused, i) => trace(SINCE + 4 - 2 * i, 'stock'));
    const { finding } = await investigate(world('stock', { traces: few }));
    expect(finding?.cause?.change_id ?? null).toBeNull();
  });
});
