import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { receive } from '../../../src/adapters/alertmanager/receive.ts';

const TOKEN = 'hook-token-1';
const sample = (name: string) => readFileSync(new URL(`./${name}.json`, import.meta.url));
const firing = sample('alertmanager');
const bearer = `Bearer ${TOKEN}`;
const at = '2026-11-21T05:00:00.000Z';

function post(body: Uint8Array | string, authorization: string | undefined = bearer) {
  return receive({ authorization, body: Buffer.from(body), receivedAt: at }, TOKEN);
}
function alertsOf(body: Uint8Array | string) {
  const received = post(body);
  if (received.verdict !== 'accepted') throw new Error(`expected accepted, got ${JSON.stringify(received)}`);
  return received.alerts;
}
function whyOf(body: string) {
  const received = post(body);
  if (received.verdict !== 'quarantined') throw new Error(`expected quarantined, got ${received.verdict}`);
  return received.why;
}
function edited(edit: (body: { alerts: Record<string, unknown>[] } & Record<string, unknown>) => void): string {
  const body = JSON.parse(firing.toString());
  edit(body);
  return JSON.stringify(body);
}

describe('who may post', () => {
  test.each([
    [undefined],
    [''],
    ['Bearer'],
    ['Bearer '],
    ['Bearer wrong'],
    [`Bearer ${TOKEN}x`],
    [`Bearer ${TOKEN} ${TOKEN}`],
    [`Basic ${TOKEN}`],
    ['Bearer é'],
    [`Bearer ${'x'.repeat(10_000)}`],
  ])('refuses the credential %j, whatever the body is', (authorization) => {
    const received = receive({ authorization, body: firing, receivedAt: at }, TOKEN);
    expect(received.verdict).toBe('unauthorized');
  });

  test('takes the right bearer token, the scheme in any case', () => {
    expect(post(firing).verdict).toBe('accepted');
    expect(post(firing, `bearer ${TOKEN}`).verdict).toBe('accepted');
  });
});

describe('what an alert becomes', () => {
  test('carries fingerprint, episode, group, severity and service', () => {
    const [alert] = alertsOf(firing);
    expect(alert).toMatchObject({
      source: 'alertmanager',
      status: 'firing',
      severity: 'critical',
      service: 'checkout-api',
      endsAt: null,
    });
    expect(alert?.groupKey).toBe(
      'sre-agent/{}/{team="payments"}:{alertname="CheckoutP99LatencyHigh", cluster="prod-eu1"}',
    );
    expect(alert?.episode).toBe(`${alert?.fingerprint}@${alert?.startsAt}`);
  });

  test('firing and resolved of one alert share fingerprint, episode and group', () => {
    const [before] = alertsOf(firing);
    const [after] = alertsOf(sample('alertmanager-resolved'));
    expect(after?.status).toBe('resolved');
    expect(after?.endsAt).not.toBeNull();
    expect([after?.fingerprint, after?.episode, after?.groupKey]).toEqual([
      before?.fingerprint,
      before?.episode,
      before?.groupKey,
    ]);
  });

  test('status is taken per alert, not from the group', () => {
    const mixed = edited((body) => {
      const [first] = body.alerts;
      body.status = 'firing';
      body.alerts = [{ ...first, status: 'resolved', endsAt: '2026-11-21T05:00:00Z' }];
    });
    expect(alertsOf(mixed)[0]?.status).toBe('resolved');
  });

  test('only http and https links survive', () => {
    const hostile = edited((body) => {
      const [first] = body.alerts;
      body.alerts = [
        {
          ...first,
          generatorURL: 'javascript:alert(1)',
          annotations: { runbook_url: 'file:///etc/passwd', dashboard_url: 'https://grafana.example.com/d/1' },
        },
      ];
      body.externalURL = 'not a url';
    });
    expect(alertsOf(hostile)[0]?.links).toEqual([{ rel: 'dashboard', href: 'https://grafana.example.com/d/1' }]);
  });

  test('reads every body that a real Alertmanager 0.25 sent, repeats having the same delivery id', () => {
    const captured: { body: object }[] = JSON.parse(sample('alertmanager-real').toString());
    const ids = captured.map(({ body }) => {
      const received = post(JSON.stringify(body));
      return received.verdict === 'accepted' ? received.delivery.deliveryId : received.verdict;
    });
    expect(ids).not.toContain('quarantined');
    expect(ids).toHaveLength(15);
    expect(new Set(ids).size).toBeLessThan(15);
  });

  test('a text longer than the limit is cut and marked', () => {
    const long = edited((body) => {
      body.alerts = body.alerts.map((alert) => ({ ...alert, annotations: { description: 'x'.repeat(20_000) } }));
    });
    expect(alertsOf(long)[0]?.description).toMatch(/^x{10000} \[cut\]$/);
  });
});

describe('what is kept for a person', () => {
  test.each([
    ['broken JSON', '{"version":"4",', /not valid JSON/],
    ['an empty body', '', /not valid JSON/],
    ['a body of another version', edited((body) => Object.assign(body, { version: '1' })), /version/],
    ['no alerts', edited((body) => Object.assign(body, { alerts: [] })), /alerts/],
    ['a key named __proto__', '{"__proto__":{"admin":true}}', /__proto__/],
    ['an escaped __proto__', '{"\\u005f_proto__":1}', /__proto__/],
    ['a key given twice', '{"version":"4","version":"4"}', /repeats the key version/],
    ['a depth bomb', '['.repeat(200_000), /deeper than 64/],
    ['a string that never ends', '{"version":"4', /not valid JSON/],
  ])('%s is quarantined with the reason', (_name, body, why) => {
    expect(whyOf(body)).toMatch(why);
  });

  test('the prototype of objects is untouched afterwards', () => {
    post('{"__proto__":{"admin":true}}');
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('a brace inside a string is no depth', () => {
    const many = edited((body) => {
      body.alerts = body.alerts.map((alert) => ({ ...alert, annotations: { summary: `${'{['.repeat(100)}\\"` } }));
    });
    expect(alertsOf(many)[0]?.title).toContain('{[');
  });
});

test('a body over 1 MiB is too large', () => {
  expect(post(`{"a":"${'x'.repeat(1024 * 1024)}"}`).verdict).toBe('too_large');
});
