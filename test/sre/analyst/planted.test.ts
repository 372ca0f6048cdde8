/** Worlds of another company, with other names: what is planted must be found, and what is not must not be. */
import { describe, expect, it } from 'vitest';
import { investigate } from '../../kit/investigate.ts';
import { NOW, noise, type Planted, type SmallWorld, smallWorld } from '../../kit/small-world.ts';

const graph = { portal: ['billing', 'quotes'], billing: ['ledgerdb'], quotes: ['ratesd'], ledgerdb: [], ratesd: [] };

function calm(metric: string, service: string, level: number, seed: number, extra: Partial<Planted> = {}): Planted {
  return { metric, labels: { service }, at: (m) => level * (1 + 0.03 * noise(seed, m)), ...extra };
}

const everyday: Planted[] = ['portal', 'billing', 'quotes'].flatMap((service, i) => [
  calm('rpc_calls_total', service, 80 + 10 * i, i, { type: 'counter' }),
  calm('rpc_duration_seconds', service, 0.2, 10 + i, {
    type: 'summary',
    unit: 'seconds',
    labels: { service, quantile: '0.99' },
  }),
  calm('rpc_failed_total', service, 0.4, 20 + i, { type: 'counter' }),
  calm('container_cpu_ratio', service, 0.4, 30 + i, { unit: 'ratio' }),
  calm('jvm_heap_used_bytes', service, 5e8, 40 + i, { unit: 'bytes' }),
]);

function without(series: readonly Planted[], metric: string, service: string): Planted[] {
  return series.filter((one) => one.metric !== metric || one.labels.service !== service);
}

const bystanders: SmallWorld['changes'] = [
  {
    id: 'rel-portal-9',
    service: 'portal',
    minutesAgo: 12,
    title: 'portal: new footer',
    diff: patch('footer', 'x', 'y'),
  },
  {
    id: 'cfg-quotes-4',
    service: 'quotes',
    kind: 'config',
    minutesAgo: 700,
    title: 'quotes: log level',
    diff: patch('log', 'a', 'b'),
  },
];

function patch(file: string, before: string, after: string): string {
  return `--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-${before}\n+${after}\n`;
}

describe('the analyst in a world it has never seen', () => {
  it('finds a heap that grows since a deploy hours before the alert, and asks to revert that deploy', async () => {
    const heap = (m: number) => (m > 200 ? 5e8 : 5e8 + (200 - m) * 4e6) + 5e6 * noise(3, m);
    const world = smallWorld({
      alert: { name: 'BillingSlow', service: 'billing', summary: 'billing latency p99 above 1s' },
      graph,
      series: [
        ...without(without(everyday, 'jvm_heap_used_bytes', 'billing'), 'rpc_duration_seconds', 'billing'),
        { metric: 'jvm_heap_used_bytes', unit: 'bytes', labels: { service: 'billing' }, at: heap },
        {
          metric: 'rpc_duration_seconds',
          type: 'summary',
          unit: 'seconds',
          labels: { service: 'billing', quantile: '0.99' },
          at: (m) => (m < 10 ? 1.8 : 0.2) + 0.01 * noise(4, m),
        },
      ],
      changes: [
        ...bystanders,
        {
          id: 'rel-billing-31',
          service: 'billing',
          minutesAgo: 203,
          title: 'billing: keep parsed invoices',
          diff: patch('invoices.kt', 'val parsed = parse(raw)', 'val parsed = cache.getOrPut(key) { parse(raw) }'),
        },
        {
          id: 'rel-billing-32',
          service: 'billing',
          minutesAgo: 60,
          title: 'billing: wording',
          diff: patch('w', 'c', 'd'),
        },
      ],
    });
    const { finding, sentBack, proposals } = await investigate(world);
    expect(finding?.outcome).toBe('root_cause_identified');
    expect(finding?.cause).toMatchObject({ service: 'billing', change_id: 'rel-billing-31', kind: 'deploy' });
    expect(finding?.ruled_out.map((item) => item.change_id)).toEqual(
      expect.arrayContaining(['rel-portal-9', 'rel-billing-32']),
    );
    expect(sentBack).toEqual([]);
    expect(proposals[0]?.change).toEqual({ revert: 'rel-billing-31' });
  });

  it('does not take a leak for traffic because the traffic rose hours before', async () => {
    const world = smallWorld({
      alert: { name: 'BillingSlow', service: 'billing', summary: 'billing latency p99 above 1s' },
      graph,
      series: [
        ...without(without(everyday, 'rpc_duration_seconds', 'billing'), 'rpc_calls_total', 'billing'),
        calm('rpc_calls_total', 'billing', 1, 1, { type: 'counter', at: (m) => (m > 330 ? 30 : 90) + noise(1, m) }),
        {
          metric: 'worker_pool_in_use',
          labels: { service: 'billing' },
          at: (m) => 9 + (m < 90 ? (90 - m) * 0.3 : 0) + 0.8 * noise(6, m),
        },
        {
          metric: 'rpc_duration_seconds',
          type: 'summary',
          unit: 'seconds',
          labels: { service: 'billing', quantile: '0.99' },
          at: (m) => (m < 10 ? 1.8 : 0.2) + 0.01 * noise(4, m),
        },
      ],
      changes: [
        {
          id: 'rel-3',
          service: 'billing',
          minutesAgo: 92,
          title: 'billing: wording',
          diff: patch('w', 'pool.release(worker)', 'pool.retain(worker)'),
        },
      ],
    });
    const { finding } = await investigate(world);
    expect(finding?.cause?.change_id).toBe('rel-3');
    expect(finding?.claims.map(({ text }) => text).join(' ')).toMatch(/The first sign, .* worker pool in use/);
  });

  it('clears the deploy whose own version ran calm, however well its time would fit', async () => {
    const version = (name: string, from: number, to: number, at: (m: number) => number): Planted => ({
      metric: 'worker_pool_in_use',
      labels: { service: 'billing', version: name },
      at: (m) => (m <= from && m > to ? at(m) + 1.2 * noise(from, m) : null),
    });
    const wording = patch('sentences.kt', 'pool.release(worker)', 'pool.retain(worker)');
    const world = smallWorld({
      alert: { name: 'BillingSlow', service: 'billing', summary: 'billing latency p99 above 1s' },
      graph,
      series: [
        ...without(everyday, 'rpc_duration_seconds', 'billing'),
        version('v1', 400, 215, () => 8),
        version('v2', 215, 160, () => 8),
        version('v3', 160, -1, (m) => 8 + (160 - m) * 0.5),
        {
          metric: 'rpc_duration_seconds',
          type: 'summary',
          unit: 'seconds',
          labels: { service: 'billing', quantile: '0.99' },
          at: (m) => (m < 10 ? 1.8 : 0.2) + 0.01 * noise(4, m),
        },
      ],
      changes: [
        // Louder, and about the pool; but what it brought ran calm for most of an hour.
        { id: 'rel-2', service: 'billing', minutesAgo: 217, title: 'billing: pool release and retry', diff: wording },
        { id: 'rel-3', service: 'billing', minutesAgo: 162, title: 'billing: wording', diff: wording },
      ],
    });
    const { finding, sentBack } = await investigate(world);
    expect(sentBack).toEqual([]);
    expect(finding?.cause?.change_id).toBe('rel-3');
    expect(finding?.ruled_out.find(({ change_id }) => change_id === 'rel-2')?.why).toMatch(
      /its version v2 stayed calm until 12:\d\d, with a median of 8/,
    );
    expect(finding?.claims.map(({ text }) => text).join(' ')).toMatch(/By version, .* 8 on v1 .* as control/);
  });

  it('follows the calls down to a flag of a dependency that made it slow', async () => {
    const slow = (m: number) => (m < 45 ? 0.9 : 0.2) + 0.01 * noise(5, m);
    const duration = (service: string, at: Planted['at']): Planted => ({
      metric: 'rpc_duration_seconds',
      type: 'summary',
      unit: 'seconds',
      labels: { service, quantile: '0.99' },
      at,
    });
    const world = smallWorld({
      alert: { name: 'PortalSlow', service: 'portal', summary: 'portal latency p99 high' },
      graph,
      series: [
        ...without(without(everyday, 'rpc_duration_seconds', 'quotes'), 'rpc_duration_seconds', 'portal'),
        duration('quotes', slow),
        duration('portal', (m) => slow(m + 1) + 0.1),
      ],
      changes: [
        ...bystanders,
        {
          id: 'flag-77',
          kind: 'flag',
          service: 'quotes',
          minutesAgo: 46,
          title: 'quotes: live query for every row',
          diff: patch('flags.json', '"batch": true', '"batch": false'),
        },
      ],
    });
    const { finding, sentBack } = await investigate(world);
    expect(finding?.cause?.change_id).toBe('flag-77');
    expect(finding?.ruled_out.map((item) => item.change_id)).toContain('rel-portal-9');
    expect(sentBack).toEqual([]);
  });

  it('says that no change explains it when none does, after looking at 14 days', async () => {
    const world = smallWorld({
      alert: { name: 'BillingSlow', service: 'billing', summary: 'billing latency p99 above 1s' },
      graph,
      series: [
        ...without(everyday, 'rpc_duration_seconds', 'billing'),
        {
          metric: 'rpc_duration_seconds',
          type: 'summary',
          unit: 'seconds',
          labels: { service: 'billing', quantile: '0.99' },
          at: (m) => (m < 30 ? 1.8 : 0.2) + 0.01 * noise(4, m),
        },
      ],
      changes: [
        {
          id: 'rel-portal-9',
          service: 'portal',
          minutesAgo: 12,
          title: 'portal: new footer',
          diff: patch('f', 'x', 'y'),
        },
      ],
    });
    const { finding, messages, proposals } = await investigate(world);
    expect(finding?.cause?.change_id ?? null).toBeNull();
    expect(finding?.summary).toContain('No change explains this');
    expect(JSON.stringify(messages)).toContain('"-14d"');
    expect(proposals).toEqual([]);
  });

  const slow = (at: (m: number) => number): Planted[] => [
    ...without(everyday, 'rpc_duration_seconds', 'billing'),
    {
      metric: 'rpc_duration_seconds',
      type: 'summary',
      unit: 'seconds',
      labels: { service: 'billing', quantile: '0.99' },
      at: (m) => at(m) + 0.01 * noise(8, m),
    },
  ];
  const alert = { name: 'BillingSlow', service: 'billing', summary: 'billing latency p99 above 1s' };
  const off = (onset: string | null | undefined, minutesAgo: number): number =>
    Math.abs(Date.parse(onset ?? '') - (NOW - minutesAgo * 60_000)) / 1000;

  it('tells when it began though it is over, and blames nothing', async () => {
    const series = slow((m) => (m >= 40 && m < 56 ? 1.8 : 0.2));
    const { finding, sentBack } = await investigate(smallWorld({ alert, graph, series, changes: bystanders }));
    expect(finding?.cause).toBeNull();
    expect(finding?.summary).toMatch(/^It is over: .* is back near where it was/);
    expect(off(finding?.onset, 55.5)).toBeLessThanOrEqual(60);
    expect(sentBack).toEqual([]);
  });

  it('tells of what came back the moment at which it did', async () => {
    const series = slow((m) => (m < 12 || (m >= 200 && m < 280) ? 1.8 : 0.2));
    const { finding } = await investigate(smallWorld({ alert, graph, series, changes: [] }));
    expect(off(finding?.onset, 11.5)).toBeLessThanOrEqual(60);
  });

  it('takes for the first sign that more is asked of a dependency, while no more is asked of the service', async () => {
    const asking = (times: number): Planted[] => [
      ...slow((m) => (m < 9 ? 1.8 : 0.2)),
      calm('ledger_requests_total', 'ledgerdb', 50, 9, {
        type: 'counter',
        at: (m) => (m < 14 ? 50 * times : 50) * (1 + 0.03 * noise(9, m)),
      }),
    ];
    const onset = async (times: number): Promise<string | null | undefined> =>
      (await investigate(smallWorld({ alert, graph, series: asking(times), changes: [] }))).finding?.onset;
    expect(off(await onset(2.4), 13.5)).toBeLessThanOrEqual(60);
    expect(off(await onset(1.3), 8.5)).toBeLessThanOrEqual(60);
  });

  it('blames nothing when nothing moved', async () => {
    for (const seed of [0, 100, 200, 300, 400]) {
      const series = everyday.map((one) => ({ ...one, at: (m: number) => one.at(m + seed * 500) }));
      const alert = { name: 'BillingSlow', service: 'billing', summary: 'billing latency p99 above 1s' };
      const { finding } = await investigate(smallWorld({ alert, graph, series, changes: bystanders }));
      expect(finding?.cause?.change_id ?? null).toBeNull();
      expect(['inconclusive', 'best_effort']).toContain(finding?.outcome);
    }
  });

  it('names the sources it could not read, and does not take them for healthy', async () => {
    const alert = { name: 'BillingSlow', service: 'billing', summary: 'billing latency p99 above 1s' };
    const lost = smallWorld({ alert, graph, series: everyday, changes: bystanders, without: ['metrics', 'logs'] });
    const { finding } = await investigate(lost);
    expect(finding?.outcome).toBe('blocked');
    expect(finding?.could_not_access.join(' ')).toMatch(/list_metrics/);
    expect(finding?.cause).toBeNull();
  });
});
