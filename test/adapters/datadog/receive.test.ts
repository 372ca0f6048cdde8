import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { receive } from '../../../src/adapters/datadog/receive.ts';

const TOKEN = 'hook-token-1';
const sample = (name: string) => readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8');
const triggered = sample('triggered');
const edited = (over: Record<string, unknown>, body = triggered) => JSON.stringify({ ...JSON.parse(body), ...over });

function post(body: string, authorization: string | undefined = `Bearer ${TOKEN}`) {
  return receive({ authorization, body: Buffer.from(body), receivedAt: '2026-11-21T05:00:00.000Z' }, TOKEN);
}
function read(body: string) {
  const received = post(body);
  if (received.verdict !== 'accepted') throw new Error(`expected accepted, got ${JSON.stringify(received)}`);
  const [alert] = received.alerts;
  if (alert === undefined) throw new Error('no alert');
  return { alert, delivery: received.delivery };
}

test('a monitor that triggers is an alert with its service, severity, scope, query and links', () => {
  const { alert, delivery } = read(triggered);
  expect(delivery).toMatchObject({ source: 'datadog', deliveryId: '8213456789012345678', body: triggered });
  expect(alert).toMatchObject({
    ...{ source: 'datadog', status: 'firing', severity: 'critical', service: 'checkout-api', environment: 'prod' },
    ...{ groupKey: 'monitor/10293847', startsAt: '2026-09-14T09:13:00.000Z', endsAt: null },
    ...{ name: 'checkout-api p99 latency is high on env:prod' },
    annotations: { query: 'avg(last_5m):p99:trace.http.request{env:prod,service:checkout-api} > 1.5' },
  });
  expect(alert.labels).toMatchObject({ team: 'payments', monitor_id: '10293847', metric: 'trace.http.request' });
  expect(alert.links.map(({ rel }) => rel)).toEqual(['monitor', 'snapshot', 'runbook']);
  expect(alert.links[2]?.href).toBe('https://runbooks.example.net/checkout/p99-latency');
});

test('trigger, reminder and recovery of one cycle are one episode; another cycle or group is another', () => {
  const { alert } = read(triggered);
  const recovered = read(sample('recovered')).alert;
  expect(recovered).toMatchObject({ status: 'resolved', endsAt: recovered.startsAt });
  expect([recovered.fingerprint, recovered.episode]).toEqual([alert.fingerprint, alert.episode]);
  expect(read(edited({ id: '9', transition: 'Renotify' })).alert).toMatchObject({
    status: 'firing',
    episode: alert.episode,
  });
  const again = read(edited({ id: '10', cycle_key: '77' })).alert;
  expect([again.fingerprint, again.groupKey, again.episode === alert.episode]).toEqual([
    alert.fingerprint,
    alert.groupKey,
    false,
  ]);
  const other = read(edited({ scope: 'env:prod,service:search' })).alert;
  expect([other.groupKey, other.fingerprint === alert.fingerprint]).toEqual([alert.groupKey, false]);
});

test.each([
  ['Warn', 'firing'],
  ['Re-Triggered', 'firing'],
  ['No Data', 'no_data'],
  ['Recovered', 'resolved'],
])('%s is %s', (transition, status) => {
  expect(read(edited({ transition })).alert.status).toBe(status);
});

test('variables without a value are nothing, numbers without quotation marks are fine', () => {
  const { alert } = read(
    edited({
      hostname: '',
      snapshot: '$SNAPSHOT',
      priority: '$ALERT_PRIORITY',
      tags: '$TAGS',
      monitor_id: 7,
      date_ms: 1789377180000,
    }),
  );
  expect(alert).toMatchObject({ severity: 'high', service: 'checkout-api', groupKey: 'monitor/7' });
  expect(alert.links.map(({ rel }) => rel)).toEqual(['monitor', 'runbook']);
  expect(alert.labels).not.toHaveProperty('host');
});

test('only http and https links survive', () => {
  const { alert } = read(
    edited({ link: 'javascript:alert(1)', snapshot: 'no address', message: 'runbook: file:///etc/passwd' }),
  );
  expect(alert.links).toEqual([]);
});

describe('who may post', () => {
  test.each([[undefined], [''], ['Bearer wrong'], [`Basic ${TOKEN}`], [`Bearer ${TOKEN}x`]])(
    'not %j',
    (authorization) => {
      const received = receive({ authorization, body: Buffer.from(triggered), receivedAt: '' }, TOKEN);
      expect(received.verdict).toBe('unauthorized');
    },
  );
});

test.each([
  ['broken JSON', '{', /not valid JSON/],
  ["Datadog's own default body", '{"id":"1","title":"t","body":"b","date":"1","org":{}}', /payload template/],
  ['an unknown transition', edited({ transition: 'Muted' }), /Muted/],
  ['a variable instead of an id', edited({ cycle_key: '$ALERT_CYCLE_KEY' }), /cycle_key/],
  ['a key given twice', '{"id":"1","id":"2"}', /repeats the key id/],
])('%s is kept for a person, with the reason', (_what, body, why) => {
  const received = post(body);
  expect(received).toMatchObject({ verdict: 'quarantined', delivery: { source: 'datadog', body } });
  expect(received.verdict === 'quarantined' && received.why).toMatch(why);
});
