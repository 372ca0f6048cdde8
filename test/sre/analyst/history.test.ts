/** What the analyst makes of the past: it says how usual an alert is, and a cause of then is held against what is measured now. */
import { expect, test } from 'vitest';
import type { PastAlert, PastIncident } from '../../../src/sre/ports/history.ts';
import { investigate } from '../../kit/investigate.ts';
import { NOW, noise, type SmallWorld, smallWorld } from '../../kit/small-world.ts';

const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const fired = (name: string, started: number, ended: number | null, service = 'billing'): PastAlert => ({
  ...{ name, service, labels: {}, fingerprint: null, startedAt: ago(started) },
  ...{ endedAt: ended === null ? null : ago(ended), clearedAlone: ended === null ? null : true },
});
const was = (id: string, kind: string, service: string, line: string): PastIncident => ({
  ...{ id, startedAt: ago(90_000), endedAt: ago(89_900), service: 'billing', alert: 'BillingSlow', title: 'slow' },
  ...{ cause: { service, kind, line }, done: 'taken back', outcome: 'over', confirmedBy: 'Ann' },
});

/** A release makes billing slow; the last two times it was something else. */
const plan: SmallWorld = {
  alert: { name: 'BillingSlow', service: 'billing', summary: 'billing latency p99 above 1s' },
  graph: { portal: ['billing'], billing: ['ledgerdb'], ledgerdb: [] },
  series: ['portal', 'billing'].flatMap((service, i) => [
    {
      ...{ metric: 'rpc_duration_seconds', type: 'summary' as const, unit: 'seconds' },
      labels: { service, quantile: '0.99' },
      at: (m: number) => (service === 'billing' && m < 31 ? 1.8 : 0.2) + 0.01 * noise(i, m),
    },
    { metric: 'rpc_calls_total', type: 'counter', labels: { service }, at: (m) => 90 * (1 + 0.03 * noise(7 + i, m)) },
  ]),
  changes: [
    {
      ...{ id: 'rel-billing-31', service: 'billing', minutesAgo: 32, title: 'billing: totals' },
      diff: '--- a/totals\n+++ b/totals\n@@ -1 +1 @@\n-sum once\n+sum each\n',
    },
  ],
  alerts: [
    ...[1000, 5000, 9000].map((started) => fired('BillingSlow', started, started - 7)),
    fired('MailLag', 40, null, 'mailer'),
  ],
  incidents: [
    was('INC-8', 'flag', 'billing', 'a flag was raised to everybody'),
    was('INC-9', 'traffic', 'portal', 'a newsletter brought visitors'),
  ],
};

test('says how usual the alert is, what fires beside it, and refutes causes of then by what is seen now', async () => {
  const { finding, hypotheses, sentBack, evidence } = await investigate(smallWorld(plan));
  expect(finding?.cause?.change_id).toBe('rel-billing-31');
  expect(sentBack).toEqual([]);
  const heard = evidence.find(({ tool }) => tool === 'list_alerts')?.id;
  expect(finding?.claims).toEqual(
    expect.arrayContaining([
      {
        text: 'BillingSlow of billing fired 3 times before in 14 days, and cleared by itself each time within 7 minutes.',
        evidence: [heard],
      },
      { text: 'Beside it fires MailLag of mailer, since 14:20.', evidence: [heard] },
    ]),
  );
  const past = hypotheses.filter(({ statement }) => statement.startsWith('As in INC-'));
  expect(past.map(({ statement, state }) => [statement.slice(0, 11), state.is])).toEqual([
    ['As in INC-8', 'refuted'],
    ['As in INC-9', 'refuted'],
  ]);
  const cited = past.flatMap(({ state }) => (state.is === 'open' ? [] : state.evidence));
  const tools = new Set(evidence.filter(({ id }) => cited.includes(id)).map(({ tool }) => tool));
  expect(tools).toEqual(new Set(['get_recent_changes', 'get_metrics']));
}, 20_000);

test('where nobody remembers anything, the finding is the same and nothing is missing', async () => {
  const { alerts: _alerts, incidents: _incidents, ...young } = plan;
  const { finding } = await investigate(smallWorld(young));
  expect(finding?.cause?.change_id).toBe('rel-billing-31');
  expect(finding?.could_not_access).toEqual([]);
  const broken = smallWorld(young);
  const detail = 'the record is away';
  broken.pastAlerts.list = async () => ({ status: 'unavailable', source: 'record', why: 'unreachable', detail });
  const without = await investigate(broken);
  expect(without.finding?.could_not_access.join()).toContain('list_alerts: could not look (unreachable)');
}, 20_000);
