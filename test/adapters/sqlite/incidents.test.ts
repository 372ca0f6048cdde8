import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqliteIncidents } from '../../../src/adapters/sqlite/index.ts';
import type { Incidents } from '../../../src/sre/ports/incidents.ts';
import { anAction, anAlert, anEvidence, anIncident } from '../../kit/nouns.ts';

let dir: string;
let incidents: Incidents;
const at = '2026-11-21T05:00:00.000Z';
const reopen = async () => {
  await incidents.close();
  incidents = await sqliteIncidents(join(dir, 'vigil.db'));
};

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vigil-incidents-'));
  incidents = await sqliteIncidents(join(dir, 'vigil.db'));
});
afterEach(async () => {
  await incidents.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('deliveries', () => {
  const delivery = { source: 'alertmanager', deliveryId: 'd1', receivedAt: at, body: '{}' };

  test('are stored once, wait until settled, and survive a restart', async () => {
    expect(await incidents.receive(delivery, { accepted: true, alerts: [anAlert()] })).toBe(true);
    expect(await incidents.receive(delivery, { accepted: true, alerts: [anAlert()] })).toBe(false);
    await reopen();
    expect(await incidents.pending()).toEqual([{ delivery, alerts: [anAlert()] }]);
    await incidents.settle(delivery);
    expect(await incidents.pending()).toEqual([]);
    expect(await incidents.receive(delivery, { accepted: true, alerts: [anAlert()] })).toBe(false);
  });

  test('that could not be read are shown with the reason and never become pending', async () => {
    await incidents.receive(delivery, { accepted: false, why: 'not JSON' });
    expect(await incidents.pending()).toEqual([]);
    expect(await incidents.quarantined(10)).toEqual([{ delivery, why: 'not JSON' }]);
  });
});

describe('incidents', () => {
  test('are found by id, by open group and as the latest of a group', async () => {
    const incident = anIncident();
    expect(await incidents.save(incident, 0)).toBe(true);
    await reopen();
    expect(await incidents.get(incident.id)).toEqual(incident);
    expect(await incidents.openFor('alertmanager', 'g')).toEqual(incident);
    const resolved = { ...incident, state: { is: 'resolved' as const, at, by: 'ann' } };
    expect(await incidents.save(resolved, 1)).toBe(true);
    expect(await incidents.openFor('alertmanager', 'g')).toBeNull();
    expect(await incidents.latestFor('alertmanager', 'g')).toEqual(resolved);
    expect(await incidents.list({ limit: 10, open: true })).toEqual([]);
    expect(await incidents.list({ limit: 10 })).toHaveLength(1);
  });

  test('of one group are opened once, whoever races', async () => {
    const results = await Promise.all(
      ['inc_1', 'inc_2', 'inc_3'].map((id) => incidents.save(anIncident({ id: `inc_${id}` }), 0)),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
  });

  test('a save from a stale revision is refused and changes nothing', async () => {
    const incident = anIncident();
    await incidents.save(incident, 0);
    expect(await incidents.save({ ...incident, title: 'first' }, 1)).toBe(true);
    expect(await incidents.save({ ...incident, title: 'second' }, 1)).toBe(false);
    expect((await incidents.get(incident.id))?.title).toBe('first');
    expect(await incidents.revision(incident.id)).toBe(2);
  });
});

test('incidents and actions are found by their states', async () => {
  await incidents.save(anIncident(), 0);
  await incidents.save(anIncident({ id: 'inc_2', groupKey: 'h', state: { is: 'concluded', at } }), 0);
  const ids = async (...states: ('open' | 'concluded')[]) =>
    (await incidents.list({ limit: 9, states })).map(({ id }) => id);
  expect(await ids('open')).toEqual(['inc_1']);
  expect(await ids('open', 'concluded')).toEqual(['inc_2', 'inc_1']);
  expect((await incidents.list({ limit: 9, before: 'inc_2' })).map(({ id }) => id)).toEqual(['inc_1']);
  await incidents.propose(anAction());
  expect(await incidents.actionsIn(['proposed'])).toHaveLength(1);
  expect(await incidents.actionsIn(['approved', 'done'])).toEqual([]);
});

describe('the timeline', () => {
  const entry = { at, kind: 'note' as const, actor: 'system' as const, text: 'hello', ref: null };

  test('numbers entries without gaps, keeps each key once, and tells watchers', async () => {
    const seen: string[] = [];
    const stop = incidents.watch((id) => seen.push(id));
    await Promise.all(['a', 'b', 'c', 'a', 'b'].map((key) => incidents.note('inc_1', key, { ...entry, text: key })));
    stop();
    const timeline = await incidents.timeline('inc_1', 0);
    expect(timeline.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(timeline.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual(['inc_1', 'inc_1', 'inc_1']);
    expect(await incidents.timeline('inc_1', 2)).toHaveLength(1);
  });
});

describe('evidence', () => {
  test('is numbered per incident, and one tool use is recorded once', async () => {
    const recorded = await Promise.all(
      ['t1', 't2', 't1'].map((toolUseId) => incidents.record(anEvidence({ toolUseId }))),
    );
    expect(recorded.map(({ id }) => id)).toEqual(['E1', 'E2', 'E1']);
    expect((await incidents.record(anEvidence({ incident: 'inc_2', toolUseId: 't1' }))).id).toBe('E1');
    expect((await incidents.evidenceById('inc_1', 'E2'))?.toolUseId).toBe('t2');
    expect(await incidents.evidenceById('inc_1', 'E9')).toBeNull();
    expect(await incidents.evidence('inc_1')).toHaveLength(2);
  });
});

describe('actions', () => {
  test('are proposed once per tool use', async () => {
    const first = await incidents.propose(anAction());
    const again = await incidents.propose(anAction({ id: 'act_other' }));
    expect(again).toEqual(first);
    expect(await incidents.actionFor('inc_1', first.toolUseId)).toEqual(first);
  });

  test('of a hundred approvals at once, one wins', async () => {
    const action = await incidents.propose(anAction());
    const by = { id: 'u1', name: 'Ann', via: 'api' as const };
    const won = await Promise.all(
      Array.from({ length: 100 }, () => incidents.advance(action.id, 'proposed', { is: 'approved', by, at })),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await incidents.action(action.id))?.state).toEqual({ is: 'approved', by, at });
  });
});

test('an effect is intended until it is completed, also over a restart', async () => {
  expect(await incidents.intend('card:inc_1', 'inc_1')).toEqual({ done: false });
  await reopen();
  expect(await incidents.intend('card:inc_1', 'inc_1')).toEqual({ done: false });
  await incidents.complete('card:inc_1', 'ts1');
  expect(await incidents.intend('card:inc_1', 'inc_1')).toEqual({ done: true, result: 'ts1' });
});

test('a database that cannot be opened says so by name', async () => {
  await expect(sqliteIncidents(join(dir, 'missing', 'vigil.db'))).rejects.toMatchObject({
    name: 'IncidentsUnavailable',
  });
  chmodSync(dir, 0o700);
});
