/** Findings are read at three in the morning: units, no repetition, the cure first, and nothing the checker refuses. */
import { describe, expect, it } from 'vitest';
import { amount, hourly, spell } from '../../../src/sre/analyst/amounts.ts';
import { analyst } from '../../../src/sre/analyst/index.ts';
import { inBrackets } from '../../../src/sre/analyst/naming.ts';
import { investigate } from '../../kit/investigate.ts';
import { noise, smallWorld } from '../../kit/small-world.ts';

const PODS = ['a', 'b', 'c'];
const leaking = (m: number): number => (m < 170 ? (170 - m) * 0.11 : 0);
/** Pod a fills first. A limit of twenty for each. */
const world = smallWorld({
  alert: { name: 'BillingSlow', service: 'billing', summary: 'billing latency p99 above 1s' },
  graph: { portal: ['billing'], billing: ['ledgerdb'], ledgerdb: [], mailer: [] },
  series: [
    ...PODS.flatMap((pod, i) => [
      {
        metric: 'worker_pool_in_use',
        labels: { service: 'billing', pod },
        at: (m: number) => Math.min(20, 3 + leaking(m) * (pod === 'a' ? 1.4 : 0.6)) + 0.3 * noise(i, m),
      },
      { metric: 'worker_pool_max', labels: { service: 'billing', pod }, at: () => 20 },
      {
        metric: 'rpc_duration_seconds',
        type: 'summary' as const,
        unit: 'seconds',
        labels: { service: 'billing', pod, quantile: '0.99' },
        at: (m: number) => (pod === 'a' && m < 40 ? 2.2 : 0.2) + 0.01 * noise(10 + i, m),
      },
    ]),
    {
      metric: 'rpc_calls_total',
      type: 'counter',
      labels: { service: 'billing' },
      at: (m) => 90 * (1 + 0.02 * noise(5, m)),
    },
  ],
  changes: [
    {
      id: 'rel-31',
      service: 'billing',
      minutesAgo: 172,
      title: 'billing: reuse "warm" workers',
      diff: '--- a/w.go\n+++ b/w.go\n@@ -1 +1 @@\n-\tdefer pool.Release(worker)\n+\tpool.Touch(worker)\n',
    },
    { id: 'rel-40', service: 'portal', minutesAgo: 12, title: 'portal: new footer', diff: '' },
    ...[300, 500, 700].map((minutesAgo) => ({
      id: `cfg-mail-${minutesAgo}`,
      kind: 'config' as const,
      service: 'mailer',
      minutesAgo,
      title: 'mailer: one more template',
      diff: '',
    })),
  ],
});

describe('the words of a finding', () => {
  it('puts the cure first and what buys time beside it, in three sentences', async () => {
    const { finding, sentBack } = await investigate(world);
    expect(sentBack).toEqual([]);
    expect(finding?.summary).toMatch(
      /^Revert rel-31 \(“billing: reuse "warm" workers”\); restarting billing meanwhile/,
    );
    expect(finding?.summary.match(/\. (?=[A-Z(])/g)).toHaveLength(2);
    expect(finding?.summary.match(/deterministic analyst/g)).toHaveLength(1);
    expect(finding?.proposed_actions.map(({ temporary }) => temporary)).toEqual([false, true]);
  });

  it('tells the mechanism from cause to effect, quoting the line that gave the resource back', async () => {
    const { finding } = await investigate(world);
    expect(finding?.cause?.mechanism).toMatch(
      /^It removes `defer pool\.Release\(worker\)`.*\. Since then billing's worker pool/,
    );
    expect(finding?.cause?.mechanism).toMatch(/climbed by \d+ an hour/);
    expect(finding?.trigger).toMatch(/requests had to wait, first on a/);
  });

  it('names the pods that stayed calm as control, and says flat of what is flat', async () => {
    const { finding } = await investigate(world);
    const told = finding?.claims.map(({ text }) => text).join('\n') ?? '';
    expect(told).toMatch(/By pod, p99 RPC duration is up in a \(2\.2 s\); b, c did not move and serve as control/);
    expect(finding?.ruled_out.find(({ hypothesis }) => hypothesis.startsWith('More traffic'))?.why).toMatch(
      /flat: median 90/,
    );
  });

  it('warns of the tempting cure that is none', async () => {
    const { finding } = await investigate(world);
    const limit = finding?.ruled_out.find(({ hypothesis }) => hypothesis.includes('raising worker pool max'));
    expect(limit?.why).toMatch(/^The limit is 20 for each copy/);
  });

  it('rules out the tempting one by one, and the rest in one line with their names', async () => {
    const { finding } = await investigate(world);
    const changes = finding?.ruled_out.flatMap(({ change_id }) => change_id ?? []) ?? [];
    expect(changes).toEqual(['rel-40']);
    const rest = finding?.ruled_out.find(({ hypothesis }) => hypothesis === '3 other changes in 48 h');
    expect(rest?.why).toContain('Not of billing or what it depends on: cfg-mail-300');
  });

  it('reports no tokens, because it uses none', async () => {
    const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hello' }] }];
    const request = {
      model: '',
      effort: '',
      speed: 'standard' as const,
      system: '',
      messages,
      tools: [],
      maxTokens: 9,
    };
    for await (const chunk of analyst().respond(request, {
      recorded: Promise.resolve(),
      signal: new AbortController().signal,
    }))
      if (chunk.type === 'end') expect(Object.values(chunk.usage)).toEqual([0, 0, 0, 0]);
  });
});

describe('values in words', () => {
  it('quotes labels that can be read back from between quotation marks', () => {
    expect(
      inBrackets([
        ['code', '500'],
        ['route', ''],
        ['said', 'a "b"'],
      ]),
    ).toBe(' (code "500")');
    expect(inBrackets([['route', '']])).toBe('');
  });

  it('has the unit and the digits that mean something', () => {
    expect(amount(0.2691, 'seconds')).toBe('269 ms');
    expect(amount(2.481, 'seconds')).toBe('2.48 s');
    expect(amount(0.1609, 'ratio')).toBe('16 %');
    expect(amount(24.87, '1/s')).toBe('24.9/s');
    expect(amount(7.689, '')).toBe('8');
    expect(amount(1_234_567_890, 'bytes')).toBe('1.23 GB');
    expect(hourly(-58.6, '')).toBe('59 an hour');
    expect(spell(182 * 60_000)).toBe('3 h 2 min');
  });
});
