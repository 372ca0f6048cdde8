/** Backups of what is in PostgreSQL, and what comes back from them. */
import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres/index.ts';
import { openPostgres as openCore } from '../../src/core/adapters/postgres/index.ts';
import { line, openSession, texts } from '../contract/place.ts';
import { anEvidence, anIncident } from '../kit/nouns.ts';
import { missingPostgres, type RealPostgres, sql, startPostgres } from '../kit/real-postgres.ts';
import { runCli } from '../kit/run-cli.ts';

const missing = missingPostgres();
const clock = { now: Date.now };

describe.skipIf(missing !== null)(`with DATABASE_URL${missing === null ? '' : ` (${missing})`}`, () => {
  let server: RealPostgres;
  beforeAll(async () => {
    server = await startPostgres();
    for (const name of ['one', 'two']) await sql(server.url, `CREATE DATABASE ${name}`);
  });
  afterAll(() => server.stop());
  const urlOf = (name: string) => server.url.replace(/postgres$/, name);
  const fresh = async () => join(await mkdtemp(join(tmpdir(), 'vigil-dump-')), 'place');

  test('the database is copied with the secrets while servers use it, and comes back into an empty one only', async () => {
    const product = await openPostgres({ url: urlOf('one') });
    const core = await openCore({ url: urlOf('one'), clock });
    await product.incidents.save(anIncident(), 0);
    await product.incidents.record(anEvidence());
    const session = await openSession(core.store);
    await core.store.commit({ append: [{ session, rows: [line('hello')] }] });
    const data = await mkdtemp(join(tmpdir(), 'vigil-dump-'));
    await writeFile(join(data, 'master.key'), 'secret');
    const backup = await fresh();
    const taken = await runCli(['backup', backup, '--data', data, '--json'], { env: { DATABASE_URL: urlOf('one') } });
    await product.close();
    await core.store.close();
    expect([taken.code, taken.stderr, JSON.parse(taken.stdout)]).toMatchObject([
      0,
      expect.stringContaining('copied the database'),
      { files: 2, whole: true },
    ]);
    expect((await stat(join(backup, 'database.pgdump'))).mode & 0o077).toBe(0);

    const place = await fresh();
    const lost = await runCli(['restore', backup, '--data', place]);
    expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining('set DATABASE_URL to an empty one')]);
    const env = { DATABASE_URL: urlOf('two') };
    const done = await runCli(['restore', backup, '--data', place], { env });
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(await readdir(place)).toEqual(['master.key']);
    const again = await runCli(['restore', backup, '--data', await fresh()], { env });
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('already exists')]);
    const [restored, kept] = [await openPostgres({ url: urlOf('two') }), await openCore({ url: urlOf('two'), clock })];
    expect(await restored.incidents.get('inc_1')).toEqual(anIncident());
    expect((await restored.incidents.record(anEvidence({ toolUseId: 'another' }))).id).toBe('E2');
    expect(await texts(kept.store, session)).toEqual(['hello']);
    await restored.close();
    await kept.store.close();
    const checked = await runCli(['verify-log', '--json'], { env });
    expect([checked.code, JSON.parse(checked.stdout)]).toMatchObject([0, { whole: true, events: 1 }]);
  }, 60_000);
});
