/** What the product asks of its memory, whatever keeps it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Incidents } from '../../src/sre/ports/incidents.ts';
import { anAction, anAlert, anEvidence, anIncident } from '../kit/nouns.ts';
import { historyContract } from './history.ts';

/** One store, empty at first, that can be closed and opened again. */
export interface OpenIncidents {
  incidents: Incidents;
  reopen(): Promise<void>;
  dispose(): Promise<void>;
}

const at = '2026-11-21T05:00:00.000Z';

export function incidentsContract(name: string, open: () => Promise<OpenIncidents>): void {
  describe(`incidents in ${name}`, () => {
    let it: OpenIncidents;
    beforeEach(async () => {
      it = await open();
    });
    afterEach(() => it.dispose());

    describe('deliveries', () => {
      const delivery = { source: 'alertmanager', deliveryId: 'd1', receivedAt: at, body: '{}' };

      test('are stored once, wait until settled, and survive a restart', async () => {
        expect(await it.incidents.receive(delivery, { accepted: true, alerts: [anAlert()] })).toBe(true);
        expect(await it.incidents.receive(delivery, { accepted: true, alerts: [anAlert()] })).toBe(false);
        await it.reopen();
        expect(await it.incidents.pending()).toEqual([{ delivery, alerts: [anAlert()] }]);
        await it.incidents.settle(delivery);
        expect(await it.incidents.pending()).toEqual([]);
        expect(await it.incidents.receive(delivery, { accepted: true, alerts: [anAlert()] })).toBe(false);
      });

      test('that could not be read are shown with the reason and never become pending', async () => {
        await it.incidents.receive(delivery, { accepted: false, why: 'not JSON' });
        expect(await it.incidents.pending()).toEqual([]);
        expect(await it.incidents.quarantined(10)).toEqual([{ delivery, why: 'not JSON' }]);
      });
    });

    describe('incidents', () => {
      test('are found by id, by open group and as the latest of a group', async () => {
        const incident = anIncident();
        expect(await it.incidents.save(incident, 0)).toBe(true);
        await it.reopen();
        expect(await it.incidents.get(incident.id)).toEqual(incident);
        expect(await it.incidents.openFor('alertmanager', 'g')).toEqual(incident);
        const resolved = { ...incident, state: { is: 'resolved' as const, at, by: 'ann' } };
        expect(await it.incidents.save(resolved, 1)).toBe(true);
        expect(await it.incidents.openFor('alertmanager', 'g')).toBeNull();
        expect(await it.incidents.latestFor('alertmanager', 'g')).toEqual(resolved);
        expect(await it.incidents.list({ limit: 10, open: true })).toEqual([]);
        expect(await it.incidents.list({ limit: 10 })).toHaveLength(1);
      });

      test('of one group are opened once, whoever races', async () => {
        const results = await Promise.all(
          ['inc_1', 'inc_2', 'inc_3'].map((id) => it.incidents.save(anIncident({ id: `inc_${id}` }), 0)),
        );
        expect(results.filter(Boolean)).toHaveLength(1);
      });

      test('a save from a stale revision is refused and changes nothing', async () => {
        const incident = anIncident();
        await it.incidents.save(incident, 0);
        expect(await it.incidents.save({ ...incident, title: 'first' }, 1)).toBe(true);
        expect(await it.incidents.save({ ...incident, title: 'second' }, 1)).toBe(false);
        expect((await it.incidents.get(incident.id))?.title).toBe('first');
        expect(await it.incidents.revision(incident.id)).toBe(2);
      });
    });

    test('incidents and actions are found by their states', async () => {
      await it.incidents.save(anIncident(), 0);
      await it.incidents.save(anIncident({ id: 'inc_2', groupKey: 'h', state: { is: 'concluded', at } }), 0);
      const ids = async (...states: ('open' | 'concluded')[]) =>
        (await it.incidents.list({ limit: 9, states })).map(({ id }) => id);
      expect(await ids('open')).toEqual(['inc_1']);
      expect(await ids('open', 'concluded')).toEqual(['inc_2', 'inc_1']);
      expect((await it.incidents.list({ limit: 9, before: 'inc_2' })).map(({ id }) => id)).toEqual(['inc_1']);
      await it.incidents.propose(anAction());
      expect(await it.incidents.actionsIn(['proposed'])).toHaveLength(1);
      expect(await it.incidents.actionsIn(['approved', 'done'])).toEqual([]);
    });

    describe('the timeline', () => {
      const entry = { at, kind: 'note' as const, actor: 'system' as const, text: 'hello', ref: null };

      test('numbers entries without gaps, keeps each key once, and tells watchers', async () => {
        const seen: string[] = [];
        const stop = it.incidents.watch((changed, from) => seen.push(`${changed.of} ${from}`));
        await Promise.all(
          ['a', 'b', 'c', 'a', 'b'].map((key) => it.incidents.note('inc_1', key, { ...entry, text: key })),
        );
        stop();
        const timeline = await it.incidents.timeline('inc_1', 0);
        expect(timeline.map(({ seq }) => seq)).toEqual([1, 2, 3]);
        expect(timeline.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
        expect(seen).toEqual(Array(3).fill('incident here'));
        expect(await it.incidents.timeline('inc_1', 2)).toHaveLength(1);
      });
    });

    describe('evidence', () => {
      test('is numbered per incident, and one tool use is recorded once', async () => {
        const recorded = await Promise.all(
          ['t1', 't2', 't1'].map((toolUseId) => it.incidents.record(anEvidence({ toolUseId }))),
        );
        expect(recorded.map(({ id }) => id)).toEqual(['E1', 'E2', 'E1']);
        expect((await it.incidents.record(anEvidence({ incident: 'inc_2', toolUseId: 't1' }))).id).toBe('E1');
        expect((await it.incidents.evidenceById('inc_1', 'E2'))?.toolUseId).toBe('t2');
        expect(await it.incidents.evidenceById('inc_1', 'E9')).toBeNull();
        expect(await it.incidents.evidence('inc_1')).toHaveLength(2);
        const [whole] = await it.incidents.evidence('inc_1');
        const { content: _, ...head } = whole ?? anEvidence();
        expect((await it.incidents.evidenceIndex('inc_1'))[0]).toEqual(head);
      });
    });

    describe('actions', () => {
      test('are proposed once per tool use', async () => {
        const first = await it.incidents.propose(anAction());
        const again = await it.incidents.propose(anAction({ id: 'act_other' }));
        expect(again).toEqual(first);
        expect(await it.incidents.actionFor('inc_1', first.toolUseId)).toEqual(first);
      });

      test('of a hundred approvals at once, one wins', async () => {
        const action = await it.incidents.propose(anAction());
        const by = { id: 'u1', name: 'Ann', via: 'api' as const };
        const won = await Promise.all(
          Array.from({ length: 100 }, () => it.incidents.advance(action.id, 'proposed', { is: 'approved', by, at })),
        );
        expect(won.filter(Boolean)).toHaveLength(1);
        expect((await it.incidents.action(action.id))?.state).toEqual({ is: 'approved', by, at });
      });
    });

    test('an effect is intended until it is completed, also over a restart', async () => {
      expect(await it.incidents.intend('card:inc_1', 'inc_1')).toEqual({ done: false, again: false });
      await it.reopen();
      expect(await it.incidents.intend('card:inc_1', 'inc_1')).toEqual({ done: false, again: true });
      await it.incidents.complete('card:inc_1', 'ts1');
      expect(await it.incidents.intend('card:inc_1', 'inc_1')).toEqual({ done: true, result: 'ts1' });
    });

    test('texts of strangers come back as they are, however long and whatever is in them', async () => {
      const groupKey = `{}:{alertname="${'ü'.repeat(9_000)}"}`;
      const title = 'half \ud800, NUL \0, “quotes” ? $1';
      const by = { is: 'person' as const, name: title, remark: 1 };
      const settled = { is: 'refuted' as const, why: title, evidence: ['E1'], at };
      const incident = anIncident({
        groupKey,
        title,
        hypotheses: [{ id: 'H1', statement: title, by, at, state: settled }],
      });
      expect(await it.incidents.save(incident, 0)).toBe(true);
      expect(await it.incidents.openFor('alertmanager', groupKey)).toEqual(incident);
      expect(await it.incidents.openFor('alertmanager', `${groupKey} `)).toBeNull();
      expect(await it.incidents.save(anIncident({ id: 'inc_2', groupKey }), 0)).toBe(false);
      await it.incidents.record(anEvidence({ content: title }));
      expect((await it.incidents.evidenceById('inc_1', 'E1'))?.content).toBe(title);
      const quarantined = { source: 'alertmanager', deliveryId: 'd9', receivedAt: at, body: 'no JSON \0' };
      expect(await it.incidents.receive(quarantined, { accepted: false, why: 'NUL' })).toBe(true);
    });

    describe('as a history', () => historyContract(() => it.incidents));
  });
}
