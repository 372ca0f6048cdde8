import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../../src/core/adapters/postgres/connection.ts';
import { freshSchema, missingPostgres, type RealPostgres, startPostgres } from '../../../kit/real-postgres.ts';

const missing = missingPostgres();

describe.skipIf(missing !== null)(`a connection${missing === null ? '' : ` (${missing})`}`, () => {
  let server: RealPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  }, 30_000);
  afterAll(() => server.stop());

  test('a commit of which the server kept nothing is a failure, also when nobody looked at what had failed before', async () => {
    const connection = await connect({ url: server.url, schema: freshSchema() }, 'test');
    await connection.script('BEGIN');
    await connection.query('SELECT 1 / 0').catch(() => undefined);
    await expect(connection.commit({ synced: true })).rejects.toThrow('took all of it back');
    await connection.script('BEGIN');
    await connection.commit({ synced: false });
    await connection.close();
  });
});
