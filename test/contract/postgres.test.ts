import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/core/adapters/postgres/connection.ts';
import { checkPostgres, openPostgres } from '../../src/core/adapters/postgres/index.ts';
import { migrate } from '../../src/core/adapters/postgres/migrate.ts';
import { MIGRATIONS } from '../../src/core/adapters/postgres/schema.ts';
import { mint } from '../../src/core/ids.ts';
import { postgresBackend } from '../core/adapters/postgres/place.ts';
import { freshSchema, missingPostgres, type RealPostgres, sql, startPostgres } from '../kit/real-postgres.ts';
import { blobsContract } from './blobs.ts';
import { engineContract } from './engine.ts';
import { clock, logCheckContract } from './log-check.ts';
import { line, message, testClock } from './place.ts';
import { storeContract } from './store.ts';

const missing = missingPostgres();

if (missing !== null) {
  test.skip(`PostgreSQL: ${missing}`, () => undefined);
} else {
  describe('on a real server', () => {
    let server: RealPostgres;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());
    const backend = postgresBackend(() => server.url);

    storeContract('PostgreSQL', backend);
    engineContract('PostgreSQL', backend);
    logCheckContract('PostgreSQL', async () => {
      const [schema, { url }] = [freshSchema(), server];
      return {
        open: () => openPostgres({ url, schema, clock }),
        check: (options) => checkPostgres({ url, schema, ...options }),
        tamper: async (text) => void (await sql(url, `SET search_path TO ${schema}; ${text}`)),
        dispose: async () => void (await sql(url, `DROP SCHEMA ${schema} CASCADE`)),
      };
    });
    test('logs from before they were chains become chains, and go on', async () => {
      const [schema, { url }] = [freshSchema(), server];
      const connection = await connect({ url, schema }, 'writes');
      await migrate(connection, { url, schema }, MIGRATIONS.slice(0, 1));
      const sessions = Array.from({ length: 10 }, () => mint('sesn'));
      for (const id of sessions) {
        await connection.query('INSERT INTO sessions (id, seq, epoch, woken, took) VALUES ($1, 30, 3, 0, 0)', [id]);
        for (let seq = 1; seq <= 30; seq++) {
          const event = message(`half \ud800, “line” ${seq}`);
          const cells = [id, seq, event.id, event.type, Date.parse(event.processed_at ?? ''), JSON.stringify(event)];
          const memo = seq % 2 === 0 ? null : '{"signed":"yes"}';
          await connection.query('INSERT INTO events VALUES ($1, $2, $3, $4, $5, $6, $7)', [...cells, memo]);
        }
      }
      await connection.close();
      const { store } = await openPostgres({ url, schema, clock });
      await store.commit({ append: sessions.map((session) => ({ session, rows: [line('more')] })) });
      await store.close();
      expect(await checkPostgres({ url, schema })).toMatchObject({ logs: 10, events: 310, faults: [] });
    });
    blobsContract('blobs in PostgreSQL', async () => {
      const { store, blobs } = await openPostgres({ url: server.url, schema: freshSchema(), clock: testClock() });
      onTestFinished(() => store.close());
      return blobs;
    });
  });
}
