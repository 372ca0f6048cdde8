/** The database server goes away and comes back: what was promised is there, what was not is there once or not at all. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../../src/core/adapters/postgres/connection.ts';
import { openPostgres } from '../../../../src/core/adapters/postgres/index.ts';
import { proveHearing } from '../../../../src/core/adapters/postgres/neighbours.ts';
import { transactionsOver } from '../../../../src/core/adapters/postgres/transactions.ts';
import { StoreUnavailable } from '../../../../src/core/ports/store.ts';
import { line, openSession, texts } from '../../../contract/place.ts';
import { freshSchema, missingPostgres, type RealPostgres, sql, startPostgres } from '../../../kit/real-postgres.ts';

const missing = missingPostgres();
let server: RealPostgres;
beforeAll(async () => {
  if (missing === null) server = await startPostgres({ durable: true });
});
afterAll(() => server?.stop());

async function node() {
  const opened = await openPostgres({ url: server.url, schema: freshSchema(), clock: { now: () => Date.now() } });
  onTestFinished(() => opened.store.close());
  return opened;
}

describe.skipIf(missing !== null)(`when PostgreSQL goes away${missing === null ? '' : ` (${missing})`}`, () => {
  test('a server that crashes and comes back costs nobody anything: each line is there, once, in order', async () => {
    const { store } = await node();
    const session = await openSession(store);
    const heard: number[] = [];
    store.subscribe(session, (item) => item.kind === 'logged' && heard.push(item.seq));
    let running = true;
    const written: string[] = [];
    const writing = (async () => {
      for (let n = 0; running; n++) {
        const answer = await store.commit({ append: [{ session, rows: [line(`${n}`)] }] });
        expect(answer.ok).toBe(true);
        written.push(`${n}`);
      }
    })();
    for (let crash = 0; crash < 2; crash++) {
      await expect.poll(() => written.length).toBeGreaterThan(20 * (crash + 1));
      await server.kill();
      await server.start();
    }
    const before = written.length;
    await expect.poll(() => written.length, { timeout: 5_000 }).toBeGreaterThan(before + 20);
    running = false;
    await writing;
    expect(await texts(store, session)).toEqual(written);
    expect(heard).toEqual(written.map((_, index) => index + 1));
    expect(await store.health()).toMatchObject({ ok: true });
  });

  test('a transaction that left no trace is done again, also when its number went to another one', async () => {
    const schema = freshSchema();
    const place = { url: server.url, schema };
    const { store } = await openPostgres({ ...place, clock: { now: () => Date.now() } });
    await store.close();
    const transactions = transactionsOver(schema, () => connect(place, 'test'), await connect(place, 'test'));
    onTestFinished(() => transactions.close());
    // Nothing of a transaction is on disk before its commit: else its number would not be given again.
    await sql(server.url, "ALTER SYSTEM SET wal_writer_delay = '10s'");
    await sql(server.url, 'SELECT pg_reload_conf()');
    const next = async () => Number((await sql(server.url, 'SELECT pg_current_xact_id()::text AS xid'))[0]?.xid);
    // A server in the middle of its own writing may have put it on disk all the same: then that round says nothing.
    let again = false;
    let beats = 0;
    while (!again && beats < 8) {
      let tries = 0;
      const pulse = await transactions.run(true, async (own) => {
        tries += 1;
        const [beat] = await own.query(
          'UPDATE pulse SET beat = beat + 1 RETURNING beat, pg_current_xact_id()::text AS xid',
        );
        if (tries > 1) return beat?.beat;
        await server.kill();
        await server.start();
        again = (await next()) <= Number(beat?.xid);
        while ((await next()) < Number(beat?.xid));
        return beat?.beat;
      });
      beats += 1;
      expect({ tries, pulse }).toEqual({ tries: 2, pulse: `${beats}` });
    }
    expect(again, 'its number went to another one').toBe(true);
    const [kept] = await sql(server.url, `SELECT beat FROM "${schema}".pulse`);
    expect(kept?.beat).toBe(`${beats}`);
  });

  test('connections that are cut between and inside transactions are made again', async () => {
    const { store, engine } = await node();
    const session = await openSession(store, true);
    let running = true;
    const cutting = (async () => {
      while (running) {
        await sql(
          server.url,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'vigil %'",
        );
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    })();
    const written = Array.from({ length: 60 }, (_, n) => `${n}`);
    for (const text of written) {
      expect(await store.commit({ append: [{ session, rows: [line(text)] }] })).toMatchObject({ ok: true });
    }
    running = false;
    await cutting;
    expect(await texts(store, session)).toEqual(written);
    await expect.poll(() => engine.claim(1)).toHaveLength(1);
  });

  test('a server that is not there is said with what to do, at the start and later', async () => {
    const clock = { now: () => Date.now() };
    const nowhere = openPostgres({ url: 'postgresql://vigil@127.0.0.1:1/vigil', clock });
    await expect(nowhere).rejects.toThrow(StoreUnavailable);
    const noDatabase = openPostgres({ url: server.url.replace(/postgres$/, 'nothing'), clock });
    await expect(noDatabase).rejects.toThrow(/no such database/);
  });

  test('notifications that do not come back refuse the start: a pooler is in the way', async () => {
    await sql(server.url, 'CREATE DATABASE elsewhere');
    const place = { url: server.url, schema: 'public' };
    const hearing = await connect(place, 'test');
    const speaking = await connect({ ...place, url: server.url.replace(/postgres$/, 'elsewhere') }, 'test');
    await expect(proveHearing(hearing, speaking, 'token')).rejects.toThrow(/pooler in transaction mode/);
    await hearing.close();
    await speaking.close();
  });
});
