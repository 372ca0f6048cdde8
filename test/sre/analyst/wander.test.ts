/** What is below and has wandered since the morning, and those who lean on what failed, are not the beginning. */
import { expect, it } from 'vitest';
import { investigate } from '../../kit/investigate.ts';
import { noise, type Planted, smallWorld } from '../../kit/small-world.ts';

const SINCE = 24;
const SERVICES = ['portal', 'billing', 'quotes'];
const CALM = ['stock', 'fares'];

/** The resolver that all lean on answers late; what it makes slow is felt minutes later. */
function slow(service: string, seed: number): Planted {
  const level = (m: number): number =>
    service === 'resolver' ? (m < SINCE ? 0.1 : 0.004) : m < SINCE - 7 && SERVICES.includes(service) ? 3 : 0.2;
  return {
    ...{ metric: 'rpc_duration_seconds', type: 'summary', unit: 'seconds', labels: { service, quantile: '0.99' } },
    at: (m) => level(m) * (1 + 0.03 * noise(seed, m)),
  };
}

function change(id: string, service: string, minutesAgo: number, title: string) {
  const diff = `--- a/${id}\n+++ b/${id}\n@@ -1 +1 @@\n-one\n+two\n`;
  return {
    id,
    service,
    minutesAgo,
    title,
    kind: id.startsWith('cfg') ? ('infra' as const) : ('deploy' as const),
    diff,
  };
}

it('blames what they all lean on, says why not what stood beside it, and does not begin with a wander of hours', async () => {
  const wander: Planted = {
    ...{ metric: 'db_sessions_in_use', labels: { service: 'ledgerdb' } },
    at: (m) => 3.1 + Math.max(0, 300 - m) * 0.0045 + 0.05 * noise(9, m),
  };
  const calls: Planted[] = SERVICES.map((service, i) => ({
    ...{ metric: 'rpc_calls_total', type: 'counter', labels: { service } },
    at: (m) => 80 * (1 + 0.01 * noise(20 + i, m)),
  }));
  const { finding, sentBack } = await investigate(
    smallWorld({
      alert: { name: 'PortalSlow', service: 'portal', summary: 'portal latency p99 above 1s' },
      graph: {
        portal: ['billing', 'quotes', 'stock', 'fares', 'resolver'],
        ...{
          billing: ['ledgerdb', 'resolver'],
          quotes: ['resolver'],
          ledgerdb: [],
          resolver: [],
          stock: [],
          fares: [],
        },
      },
      series: [wander, ...calls, ...[...SERVICES, ...CALM, 'resolver'].map(slow)],
      changes: [
        change('cfg-resolver', 'resolver', SINCE, 'fewer copies as used'),
        change('rel-quotes', 'quotes', SINCE + 3, 'quotes: latency of the query'),
        change('rel-portal', 'portal', SINCE + 8, 'portal: wording'),
        { ...change('cfg-clock', '', SINCE + 2, 'next clock of the pool'), service: null },
      ],
    }),
  );
  expect(sentBack).toEqual([]);
  expect(finding?.cause).toMatchObject({ service: 'resolver', change_id: 'cfg-resolver' });
  const against = new Map(finding?.ruled_out.map(({ change_id, why }) => [change_id, why]));
  expect(against.get('rel-portal')).toMatch(/did not move until \d\d:\d\d/);
  expect(against.get('cfg-clock')).toMatch(/It is of no service alone, and others stayed calm: (stock|fares), .* flat/);
});
