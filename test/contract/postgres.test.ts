import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest';
import { openPostgres } from '../../src/core/adapters/postgres/index.ts';
import { postgresBackend } from '../core/adapters/postgres/place.ts';
import { freshSchema, missingPostgres, type RealPostgres, startPostgres } from '../kit/real-postgres.ts';
import { blobsContract } from './blobs.ts';
import { engineContract } from './engine.ts';
import { testClock } from './place.ts';
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
    blobsContract('blobs in PostgreSQL', async () => {
      const { store, blobs } = await openPostgres({ url: server.url, schema: freshSchema(), clock: testClock() });
      onTestFinished(() => store.close());
      return blobs;
    });
  });
}
