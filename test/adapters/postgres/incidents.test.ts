import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Opened, openPostgres } from '../../../src/adapters/postgres/index.ts';
import { incidentsContract } from '../../contract/incidents.ts';
import { anIncident } from '../../kit/nouns.ts';
import { freshSchema, missingPostgres, type RealPostgres, sql, startPostgres } from '../../kit/real-postgres.ts';

const missing = missingPostgres();
/** A look for dead nodes comes every second. */
const SOON = { timeout: 5_000, interval: 20 };

if (missing !== null) {
  test.skip(`incidents in PostgreSQL: ${missing}`, () => undefined);
} else {
  let server: RealPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    await opened?.close();
    await server.stop();
  });

  const place = { url: '', schema: freshSchema() };
  let opened: Opened | null = null;

  // One store for all, emptied before each: opening is most of what a test would take.
  incidentsContract('PostgreSQL', async () => {
    place.url = server.url;
    const open = async () => {
      await opened?.close();
      opened = await openPostgres(place);
      return opened.incidents;
    };
    const it = {
      incidents: opened?.incidents ?? (await open()),
      async reopen() {
        it.incidents = await open();
      },
      dispose: async () =>
        void (await sql(
          server.url,
          `SET search_path TO ${place.schema}; TRUNCATE deliveries, incidents, timeline, evidence, actions, effects`,
        )),
    };
    return it;
  });

  describe('several nodes', () => {
    /** Opened at once, on tables that are not there yet. */
    async function nodes(count: number, { schema = freshSchema() } = {}): Promise<[Opened, Opened, ...Opened[]]> {
      const open = () => openPostgres({ url: server.url, schema });
      const [one, two, ...more] = await Promise.all(Array.from({ length: count }, open));
      if (one === undefined || two === undefined) throw new Error('two at least');
      onTestFinished(async () => {
        for (const node of [one, two, ...more]) await node.close();
      });
      return [one, two, ...more];
    }

    test('of those that open the same group at once, one does', async () => {
      const all = await nodes(3);
      const saved = await Promise.all(
        all.flatMap(({ incidents }, n) =>
          Array.from({ length: 10 }, (_, k) => incidents.save(anIncident({ id: `inc_${n}_${k}` }), 0)),
        ),
      );
      expect(saved.filter(Boolean)).toHaveLength(1);
    });

    test('connections that are cut in the middle of transactions cost no write and no process', async () => {
      const [one] = await nodes(2);
      const entry = { at: '2026-11-21T05:00:00.000Z', kind: 'note' as const, actor: 'system' as const, ref: null };
      const writing = Promise.all(
        Array.from({ length: 60 }, (_, n) => one.incidents.note('inc_1', `k${n}`, { ...entry, text: `${n}` })),
      );
      for (let round = 0; round < 5; round++) {
        await sql(
          server.url,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vigil incidents'",
        );
      }
      await writing;
      const timeline = await one.incidents.timeline('inc_1', 0);
      expect(timeline.map(({ text }) => text)).toEqual(timeline.map((_, n) => `${n}`));
      expect(timeline).toHaveLength(60);
    });

    test('each hears what the others change, and knows its own from theirs', async () => {
      const [one, two] = await nodes(2);
      const heard: string[] = [];
      one.incidents.watch((changed, from) => heard.push(`one ${changed.of} ${from}`));
      two.incidents.watch((changed, from) => heard.push(`two ${changed.of} ${from}`));
      await one.incidents.save(anIncident(), 0);
      await expect.poll(() => heard, SOON).toContain('two incident elsewhere');
      expect(heard).toContain('one incident here');
      expect(heard.filter((line) => line.startsWith('one'))).toHaveLength(1);
    });

    test('a claim is one node’s until it is given back or the node is closed', async () => {
      const [one, two] = await nodes(2);
      const claims = await Promise.all([one.claims.take('inc_1'), two.claims.take('inc_1')]);
      expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
      const [holder, other] = claims[0] === null ? [two, one] : [one, two];
      expect(await holder.claims.take('inc_1')).toBe(claims.find((claim) => claim !== null));
      await holder.claims.release(['inc_1']);
      await expect.poll(() => other.claims.take('inc_1'), SOON).not.toBeNull();
      expect(await holder.claims.take('inc_1')).toBeNull();
      let freed = false;
      holder.incidents.watch(({ of }) => {
        freed ||= of === 'anything';
      });
      await other.close();
      await expect.poll(() => freed, SOON).toBe(true);
      expect(await holder.claims.take('inc_1')).not.toBeNull();
    });

    test('a node whose connection is cut has lost its claims, says so at once, and begins again', async () => {
      const schema = freshSchema();
      const [one, two] = await nodes(2, { schema });
      const claim = await one.claims.take('inc_1');
      expect(await two.claims.take('inc_1')).toBeNull();
      let freed = false;
      two.incidents.watch(({ of }) => {
        freed ||= of === 'anything';
      });
      await sql(
        server.url,
        `SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity AS a JOIN pg_locks AS l ON l.pid = a.pid
         WHERE l.locktype = 'advisory' AND a.application_name LIKE '%neighbours' AND l.objid = (
           SELECT node FROM ${schema}.claims)`,
      );
      await expect.poll(() => claim?.holds(), SOON).toBe(false);
      expect(claim?.signal.aborted).toBe(true);
      await expect.poll(() => freed, SOON).toBe(true);
      expect(await two.claims.take('inc_1')).not.toBeNull();
      await expect.poll(() => one.claims.take('inc_2'), SOON).not.toBeNull();
      expect(await one.claims.take('inc_1')).toBeNull();
    });

    test('a node that stands still loses its claims when its time is over, and knows it before it does anything', async () => {
      const schema = freshSchema();
      const [one, two] = await nodes(2, { schema });
      const claim = await one.claims.take('inc_1');
      expect(await two.claims.take('inc_1')).toBeNull();
      // Its time is taken away as the server's clock would: the process still stands in the middle of something.
      await sql(server.url, `UPDATE ${schema}.nodes SET until = now() WHERE id IN (SELECT node FROM ${schema}.claims)`);
      await expect.poll(() => two.claims.take('inc_1'), SOON).not.toBeNull();
      await expect.poll(() => claim?.holds(), SOON).toBe(false);
      expect(await one.claims.take('inc_1')).toBeNull();
    });
  });
}
