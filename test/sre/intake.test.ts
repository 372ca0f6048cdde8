import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/sre/alert.ts';
import { type Incident, MAX_ALERTS } from '../../src/sre/incident.ts';
import { intake } from '../../src/sre/intake.ts';
import { place } from '../../src/sre/placing/place.ts';
import { byUrgency } from '../../src/sre/placing/severity.ts';
import type { Incidents } from '../../src/sre/ports/incidents.ts';
import { freshIncidents } from '../kit/fresh-incidents.ts';
import { anAlert, anIncident } from '../kit/nouns.ts';

const now = () => Date.parse('2026-11-21T06:00:00.000Z');
const later = '2026-11-21T05:30:00.000Z';
let delivered = 0;

async function deliver(incidents: Incidents, ...alerts: Alert[]): Promise<void> {
  delivered += 1;
  const delivery = { source: 'alertmanager', deliveryId: `d${delivered}`, receivedAt: later, body: '{}' };
  await incidents.receive(delivery, { accepted: true, alerts });
  await intake({ incidents, now });
}
async function only(incidents: Incidents): Promise<Incident> {
  const all = await incidents.list({ limit: 100 });
  expect(all).toHaveLength(1);
  const [incident] = all;
  if (incident === undefined) throw new Error('unreachable: there is one');
  return incident;
}
const texts = async (incidents: Incidents, { id }: Incident) =>
  (await incidents.timeline(id, 0)).map(({ text }) => text);

describe('with a time to join', () => {
  const joinMs = 15 * 60_000;
  const take = async (incidents: Incidents, at: number, ...alerts: Alert[]) => {
    delivered += 1;
    const delivery = { source: 'alertmanager', deliveryId: `d${delivered}`, receivedAt: later, body: '{}' };
    await incidents.receive(delivery, { accepted: true, alerts });
    await intake({ incidents, now: () => now() + at * 60_000, joinMs });
  };
  const errors = anAlert({ groupKey: 'h', fingerprint: 'f2', title: 'Errors of checkout' });

  test('an alert of another group of the same service joins, and so does its end, however late', async () => {
    const incidents = await freshIncidents();
    await take(incidents, 0, anAlert());
    await take(incidents, 10, errors);
    await take(incidents, 90, { ...errors, status: 'resolved', endsAt: later });
    const incident = await only(incidents);
    expect(incident.alerts.map(({ fingerprint, status }) => [fingerprint, status])).toEqual([
      ['f1', 'firing'],
      ['f2', 'resolved'],
    ]);
  });

  test.each([
    ['too late', 16, errors],
    ['of another service', 1, { ...errors, service: 'payments' }],
    ['of another environment', 1, { ...errors, environment: 'staging' }],
    ['of no known service', 1, { ...errors, service: null }],
    ['of another source', 1, { ...errors, source: 'datadog' }],
  ])('one that comes %s opens its own', async (_why, at, alert) => {
    const incidents = await freshIncidents();
    await take(incidents, 0, anAlert());
    await take(incidents, at, alert);
    expect(await incidents.list({ limit: 10 })).toHaveLength(2);
  });

  test('a repeat after a person resolved what it had joined opens nothing', async () => {
    const incidents = await freshIncidents();
    await take(incidents, 0, anAlert(), errors);
    const incident = await only(incidents);
    const resolved: Incident = { ...incident, state: { is: 'resolved', at: later, by: 'ann' } };
    await incidents.save(resolved, await incidents.revision(incident.id));
    await take(incidents, 1, errors);
    expect((await texts(incidents, await only(incidents))).at(-1)).toContain(
      'still fires after the incident was resolved',
    );
  });
});

describe('an alert', () => {
  test('opens one incident; its repeat changes nothing and adds no line', async () => {
    const incidents = await freshIncidents();
    await deliver(incidents, anAlert());
    const before = await only(incidents);
    await deliver(incidents, anAlert());
    await deliver(incidents, anAlert());
    const after = await only(incidents);
    expect(after).toEqual(before);
    expect(await texts(incidents, after)).toHaveLength(1);
    expect(await incidents.pending()).toEqual([]);
  });

  test('of the same group joins, the worst severity counts', async () => {
    const incidents = await freshIncidents();
    await deliver(incidents, anAlert({ severity: 'warning' }));
    await deliver(incidents, anAlert({ fingerprint: 'f2', severity: 'critical' }));
    const incident = await only(incidents);
    expect(incident.alerts.map(({ fingerprint }) => fingerprint)).toEqual(['f1', 'f2']);
    expect(incident.severity).toBe('critical');
  });

  test('of another group, or another source, opens its own', async () => {
    const incidents = await freshIncidents();
    await deliver(incidents, anAlert(), anAlert({ groupKey: 'h' }), anAlert({ source: 'pagerduty' }));
    expect(await incidents.list({ limit: 10 })).toHaveLength(3);
  });

  test('that resolves without having been seen opens nothing', async () => {
    const incidents = await freshIncidents();
    await deliver(incidents, anAlert({ status: 'resolved' }));
    expect(await incidents.list({ limit: 10 })).toEqual([]);
  });

  test('that resolves under an unknown fingerprint in a known group is noted only', async () => {
    const incidents = await freshIncidents();
    await deliver(incidents, anAlert());
    await deliver(incidents, anAlert({ fingerprint: 'other', status: 'resolved' }));
    const incident = await only(incidents);
    expect(incident.alerts).toHaveLength(1);
    expect((await texts(incidents, incident)).at(-1)).toMatch(/had not been seen firing/);
  });
});

describe('when all alerts resolve', () => {
  test('the incident watches, it does not end; only the last one does it', async () => {
    const incidents = await freshIncidents();
    await deliver(incidents, anAlert(), anAlert({ fingerprint: 'f2' }));
    await deliver(incidents, anAlert({ status: 'resolved', endsAt: later }));
    expect((await only(incidents)).state.is).toBe('open');
    await deliver(incidents, anAlert({ fingerprint: 'f2', status: 'resolved', endsAt: later }));
    expect((await only(incidents)).state).toMatchObject({ is: 'monitoring' });
  });

  test('a new episode opens it again, a late repeat of the old one does not', async () => {
    const incidents = await freshIncidents();
    await deliver(incidents, anAlert());
    await deliver(incidents, anAlert({ status: 'resolved', endsAt: later }));
    await deliver(incidents, anAlert());
    expect((await only(incidents)).state.is).toBe('monitoring');
    await deliver(incidents, anAlert({ startsAt: later }));
    const incident = await only(incidents);
    expect(incident.state.is).toBe('open');
    expect((await texts(incidents, incident)).at(-1)).toMatch(/fires again/);
  });

  test('an alert that keeps coming and going stops being investigated again, and calms down by itself', () => {
    const start = Date.parse('2026-11-21T06:00:00.000Z');
    const moment = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
    let incident = anIncident({ state: { is: 'concluded', at: moment(0) }, sessionId: 's' });
    const states: string[] = [];
    const notes: string[] = [];
    const send = (status: 'firing' | 'resolved', from: number, at: number) => {
      const alert = anAlert({ status, startsAt: moment(from) });
      const placed = place(alert, incident, incident, moment(at));
      if (placed.do !== 'change') throw new Error(`it was to ${placed.do}`);
      incident = placed.incident;
      notes.push(...placed.notes.filter(({ key }) => key.startsWith('flapping')).map(({ text }) => text));
    };
    for (const minute of [4, 8, 12, 60]) {
      send('resolved', minute - 4, minute - 2);
      send('firing', minute, minute);
      states.push(incident.state.is);
    }
    expect(states).toEqual(['investigating', 'investigating', 'monitoring', 'investigating']);
    expect(notes).toEqual([expect.stringContaining('is flapping')]);
  });

  test('while a person is asked, the question stays', () => {
    const asked = anIncident({ state: { is: 'needs_approval', action: 'act_1' } });
    const placed = place(anAlert({ status: 'resolved' }), asked, asked, later);
    expect(placed).toMatchObject({ do: 'change', incident: { state: { is: 'needs_approval' } } });
  });
});

describe('after a person resolved the incident', () => {
  const resolved = anIncident({ state: { is: 'resolved', at: later, by: 'ann' } });

  test('the same episode is noted and opens nothing', () => {
    expect(place(anAlert(), null, resolved, later)).toMatchObject({ do: 'ignore' });
  });

  test('a new episode opens a new incident', () => {
    expect(place(anAlert({ startsAt: later }), null, resolved, later)).toEqual({ do: 'open' });
  });
});

describe('too much', () => {
  test('a storm of new groups ends in one shared incident, and its alerts resolve there', async () => {
    const incidents = await freshIncidents();
    const alerts = Array.from({ length: 60 }, (_, at) => anAlert({ groupKey: `g${at}`, fingerprint: `f${at}` }));
    await deliver(incidents, ...alerts);
    const all = await incidents.list({ limit: 100 });
    expect(all).toHaveLength(51);
    const shared = all.find(({ groupKey }) => groupKey === 'overflow');
    expect(shared?.alerts).toHaveLength(10);
    await deliver(incidents, { ...anAlert({ groupKey: 'g59', fingerprint: 'f59' }), status: 'resolved' });
    const after = await incidents.openFor('alertmanager', 'overflow');
    expect(after?.alerts.filter(({ status }) => status === 'resolved')).toHaveLength(1);
  });

  test('alerts of one group are written at once, and make of it what they make one by one', async () => {
    const alertAt = (at: number) => {
      const severity = at % 90 === 0 ? 'critical' : 'low';
      const alert = anAlert({ fingerprint: `f${at % 210}`, episode: `e${at % 210}`, severity });
      return at % 7 === 3 || at >= 210 ? { ...alert, status: 'resolved' as const } : alert;
    };
    const most = Array.from({ length: MAX_ALERTS - 5 }, (_, at) => alertAt(at));
    const others = Array.from({ length: 20 }, (_, at) => alertAt(most.length + at));
    const [together, single] = [await freshIncidents(), await freshIncidents()];
    let saves = 0;
    const counted: Incidents = {
      ...together,
      save(...asked) {
        saves += 1;
        return together.save(...asked);
      },
    };
    await deliver(counted, ...most, ...others);
    await deliver(single, ...most);
    for (const alert of others) await deliver(single, alert);
    const [one, other] = [await only(together), await only(single)];
    expect({ ...one, id: other.id }).toEqual(other);
    expect(await texts(together, one)).toEqual(await texts(single, other));
    expect(saves).toBe(2);
  });

  test('an incident lists a bounded number of alerts and says that there are more', () => {
    const alerts = Array.from({ length: MAX_ALERTS }, (_, at) => anAlert({ fingerprint: `f${at}` }));
    const full = anIncident({ alerts });
    const placed = place(anAlert({ fingerprint: 'one more' }), full, full, later);
    expect(placed).toMatchObject({ do: 'change', incident: full, notes: [{ key: 'alerts:full' }] });
  });
});

test('a crash between saving and settling repeats the delivery without a second incident or line', async () => {
  const incidents = await freshIncidents();
  const delivery = { source: 'alertmanager', deliveryId: 'x', receivedAt: later, body: '{}' };
  await incidents.receive(delivery, { accepted: true, alerts: [anAlert()] });
  const forgetful: Incidents = { ...incidents, settle: async () => Promise.reject(new Error('killed')) };
  await expect(intake({ incidents: forgetful, now })).rejects.toThrow('killed');
  await intake({ incidents, now });
  expect(await texts(incidents, await only(incidents))).toHaveLength(1);
});

test('the most severe incident is first, then the oldest', () => {
  const order = [
    anIncident({ id: 'inc_c', severity: 'warning' }),
    anIncident({ id: 'inc_b', severity: 'critical' }),
    anIncident({ id: 'inc_a', severity: 'critical' }),
  ].sort(byUrgency);
  expect(order.map(({ id }) => id)).toEqual(['inc_a', 'inc_b', 'inc_c']);
});
