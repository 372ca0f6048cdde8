/** A real Alertmanager: what fires there now, beside what a record remembers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertmanagerAlerts } from '../../../src/adapters/alertmanager/firing.ts';
import { mergeAlerts } from '../../../src/sre/merging/merge-alerts.ts';
import type { AlertHistory, PastAlert } from '../../../src/sre/ports/history.ts';
import { missingPrograms, type RealAlertmanager, startAlertmanager } from '../../kit/prometheus-alertmanager.ts';

const missing = missingPrograms();
if (missing !== null) console.warn(`SKIPPED: the tests with a real Alertmanager (${missing})`);

const started = new Date(Date.now() - 600_000).toISOString();
const signal = new AbortController().signal;
const range = {
  start: new Date(Date.now() - 86_400_000).toISOString(),
  end: new Date(Date.now() + 60_000).toISOString(),
};
const everything = { range, service: null, name: null, firing: false, limit: 10 };

describe.skipIf(missing !== null)('a real Alertmanager', () => {
  let real: RealAlertmanager;
  const post = (path: string, body: object) =>
    fetch(`${real.url}${path}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(body),
    });
  const alert = (alertname: string, service: string) => ({ labels: { alertname, service }, startsAt: started });

  beforeAll(async () => {
    real = await startAlertmanager();
    for (let tries = 0; tries < 200; tries++) {
      const posted = await post('/api/v2/alerts', [alert('Slow', 'web'), alert('Full', 'db')]).catch(() => null);
      if (posted?.ok) break;
      await sleep(50);
    }
    const ended = { ...alert('Over', 'web'), endsAt: new Date(Date.now() - 1000).toISOString() };
    await post('/api/v2/alerts', [ended]);
    const matchers = [{ name: 'alertname', value: 'Full', isRegex: false, isEqual: true }];
    const until = { startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 600_000).toISOString() };
    await post('/api/v2/silences', { matchers, ...until, createdBy: 'ann', comment: 'known' });
    // A silence counts from the next look at it.
    await sleep(300);
  }, 30_000);
  afterAll(() => real.stop());

  test('tells what fires now, silenced or not, and beside a record each episode once', async () => {
    const live = alertmanagerAlerts({ url: real.url });
    const answer = await live.list(everything, signal);
    if (answer.status !== 'ok') throw new Error(answer.detail);
    const names = answer.data.map(({ name, service, endedAt }) => [name, service, endedAt]).toSorted();
    expect(names).toEqual([
      ['Full', 'db', null],
      ['Slow', 'web', null],
    ]);
    expect(answer.data.every(({ startedAt }) => startedAt === started)).toBe(true);
    expect(answer.url).toBe(`${real.url}/#/alerts`);
    expect(answer.warnings.join()).toMatch(
      /what fires now, and nothing of what has ended.*1 of its alerts are silenced/,
    );
    expect(await live.list({ ...everything, service: 'db', firing: true, limit: 1 }, signal)).toMatchObject({
      ...{ data: [{ name: 'Full' }], truncated: false },
    });

    const [one] = answer.data;
    const before: PastAlert = { ...(one ?? past), startedAt: range.start, endedAt: started, clearedAlone: true };
    const record: AlertHistory = {
      list: async () => ({ ...answer, source: 'the record', data: [one ?? past, before] }),
    };
    const sources = [
      { name: 'alertmanager', port: live },
      { name: 'record', port: record },
    ];
    const both = await mergeAlerts(sources).list(everything, signal);
    expect(both).toMatchObject({ status: 'ok', looks: [{ found: 2 }, { source: 'the record', found: 2 }] });
    expect(both.status === 'ok' && both.data.map(({ endedAt }) => endedAt)).toEqual([null, null, started]);
    const away = { name: 'record', port: alertmanagerAlerts({ url: 'http://127.0.0.1:9' }) };
    const half = await mergeAlerts([{ name: 'alertmanager', port: live }, away]).list(everything, signal);
    expect(half).toMatchObject({
      status: 'ok',
      looks: [{ status: 'ok' }, { status: 'unavailable', why: 'unreachable' }],
    });
    expect(half.status === 'ok' && half.warnings.join()).toContain('could not be asked (unreachable)');
  });
});

const past: PastAlert = {
  ...{ name: 'Slow', service: 'web', labels: {}, fingerprint: 'f', startedAt: started },
  ...{ endedAt: null, clearedAlone: null },
};
