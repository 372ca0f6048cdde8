/** What Vigil remembers of alerts and incidents, whatever keeps it: how it is asked, and what it must not say. */
import { expect, test } from 'vitest';
import type { Alert } from '../../src/sre/alert.ts';
import { type Incidents, IncidentsUnavailable } from '../../src/sre/ports/incidents.ts';
import { ownAlerts } from '../../src/sre/remembering/own-alerts.ts';
import { ownIncidents } from '../../src/sre/remembering/own-incidents.ts';
import { aFinding, anAction, anAlert, anIncident } from '../kit/nouns.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const before = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const range = { start: before(14 * 24 * 60), end: before(0) };
const everything = { range, service: null, name: null, firing: false, limit: 100 };
const signal = new AbortController().signal;

/** `open`: the store, empty. */
export function historyContract(open: () => Incidents): void {
  const now = () => new Date(NOW);

  test('counts each episode of an alert once, says how it ended, and how far back was looked', async () => {
    const incidents = open();
    let count = 0;
    const hear = (receivedAt: string, ...alerts: Alert[]) =>
      incidents.receive(
        { source: 'alertmanager', deliveryId: `d${++count}`, receivedAt, body: '{}' },
        { accepted: true, alerts },
      );
    const flapping = { fingerprint: 'noise', name: 'QueueLag', service: 'mailer' };
    await hear(before(30 * 24 * 60), anAlert({ ...flapping, startsAt: before(30 * 24 * 60) }));
    for (const start of [300, 200, 100]) {
      const firing = anAlert({ ...flapping, startsAt: before(start) });
      await hear(before(start), firing);
      await hear(before(start - 5), firing);
      await hear(before(start - 6), { ...firing, status: 'resolved', endsAt: before(start - 6) });
      // Late, and it takes nothing back.
      if (start === 100) await hear(before(start - 7), firing);
    }
    await hear(before(50), anAlert({ startsAt: before(50), episode: 'f1@now' }));
    const held = [anAlert(flapping)];
    await incidents.save(anIncident({ id: 'inc_001', groupKey: 'q', openedAt: before(300), alerts: held }), 0);
    await incidents.propose(
      anAction({ incident: 'inc_001', state: { is: 'done', by: ann, at: before(150), ...opened } }),
    );

    const answer = await ownAlerts(incidents, now).list(everything, signal);
    if (answer.status !== 'ok') throw new Error(answer.detail);
    expect(answer.data.map(({ name, endedAt, clearedAlone }) => [name, endedAt, clearedAlone])).toEqual([
      ['LatencyHigh', null, null],
      ['QueueLag', before(94), false],
      ['QueueLag', before(194), true],
      ['QueueLag', before(294), true],
    ]);
    expect(answer).toMatchObject({ truncated: false, warnings: [], range });
    const longer = { ...everything, range: { start: before(99 * 24 * 60), end: range.end } };
    const young = { warnings: [`the first alert that was ever heard of came at ${before(30 * 24 * 60)}`] };
    expect(await ownAlerts(incidents, now).list(longer, signal)).toMatchObject(young);
    const firing = await ownAlerts(incidents, now).list({ ...everything, firing: true }, signal);
    expect(firing.status === 'ok' && firing.data.map(({ name }) => name)).toEqual(['LatencyHigh']);
    const few = await ownAlerts(incidents, now).list({ ...everything, service: 'mailer', limit: 2 }, signal);
    expect(few).toMatchObject({ status: 'ok', truncated: true, data: [{ startedAt: before(100) }, {}] });
  });

  test('remembers closed incidents with their cause and who stood for it, and never the one that asks', async () => {
    const incidents = open();
    const closed = { is: 'resolved' as const, at: before(500), by: 'bo' };
    const mechanism = 'a call that never\nends';
    const cause = { service: 'tax', change_id: 'deploy-1', kind: 'deploy', mechanism };
    const finding = aFinding({ cause });
    const of = (id: number, over: object) =>
      incidents.save(anIncident({ id: `inc_00${id}`, groupKey: `g${id}`, openedAt: before(999 - id), ...over }), 0);
    await of(1, { finding, state: closed });
    await of(2, { state: { is: 'investigating' } });
    await of(3, { finding, state: { is: 'concluded', at: before(1) } });
    await of(4, { finding, state: closed, openedAt: before(500 * 24 * 60) });
    await of(5, { finding, state: closed });
    await incidents.propose(
      anAction({ incident: 'inc_005', state: { is: 'done', by: ann, at: before(600), ...opened } }),
    );

    const answer = await ownIncidents(incidents, now).list({ range, except: 'inc_003', limit: 9 }, signal);
    if (answer.status !== 'ok') throw new Error(answer.detail);
    expect(answer.data.map(({ id, confirmedBy }) => [id, confirmedBy])).toEqual([
      ['inc_005', 'Ann'],
      ['inc_001', null],
    ]);
    expect(answer.data[0]).toMatchObject({ endedAt: before(500), alert: 'LatencyHigh', service: 'checkout' });
    expect(answer.data[0]?.cause).toEqual({ service: 'tax', kind: 'deploy', line: `deploy-1: ${mechanism}` });
    const others = await ownIncidents(incidents, now).list({ range, except: 'inc_001', limit: 1 }, signal);
    expect(others).toMatchObject({ status: 'ok', truncated: true, data: [{ id: 'inc_005' }] });
    const backwards = { range: { start: range.end, end: range.start }, except: 'inc_001' as const, limit: 1 };
    const none = await ownIncidents(incidents, now).list(backwards, signal);
    expect(none).toMatchObject({ status: 'unavailable', why: 'bad_query' });
    const full = { ...incidents, list: () => Promise.reject(new IncidentsUnavailable('the disk is gone')) };
    const lost = { status: 'unavailable', why: 'unreachable', detail: 'the disk is gone' };
    expect(await ownIncidents(full, now).list({ range, except: 'inc_001', limit: 1 }, signal)).toMatchObject(lost);
  });
}

const ann = { id: 'U1', name: 'Ann', via: 'slack' as const };
const opened = { url: 'https://forge.example.net/1', number: 1, branch: 'b' };
