import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkSqlite, openSqlite } from '../../../../src/core/adapters/sqlite/index.ts';
import { migrate } from '../../../../src/core/adapters/sqlite/migrate.ts';
import { npmDriver } from '../../../../src/core/adapters/sqlite/npm-driver.ts';
import { openWith } from '../../../../src/core/adapters/sqlite/open.ts';
import { MIGRATIONS } from '../../../../src/core/adapters/sqlite/schema.ts';
import { mint, type SessionId } from '../../../../src/core/ids.ts';
import { claimOne, line, message, texts } from '../../../contract/place.ts';
import { watchedDriver } from './faults.ts';
import { temporaryDirectory } from './place.ts';

const clock = { now: () => Date.now() };

/** As the first version left it: a session in the middle of a turn with input waiting, and many that rest. */
async function firstVersion(path: string): Promise<SessionId> {
  const connection = await (await npmDriver()).open(path);
  await connection.exec('PRAGMA journal_mode = WAL');
  await migrate(connection, 0, MIGRATIONS.slice(0, 1));
  await connection.exec('BEGIN');
  const session = mint('sesn');
  for (const id of [session, ...Array.from({ length: 15 }, () => mint('sesn'))]) {
    await connection.run('INSERT INTO sessions VALUES (?, 40, 3, ?, 0, 0, 0)', [id, id === session ? 9e15 : null]);
    for (let seq = 1; seq <= 40; seq++) {
      const event = message(`line ${seq}`);
      const cells = [id, seq, event.id, event.type, Date.parse(event.processed_at ?? ''), JSON.stringify(event)];
      await connection.run('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, NULL)', cells);
    }
  }
  await connection.run('UPDATE sessions SET wake_at = NULL WHERE id <> ?', [session]);
  const waiting = message('waiting', null);
  await connection.run('INSERT INTO inbox (session_id, id, body) VALUES (?, ?, ?)', [
    session,
    waiting.id,
    JSON.stringify(waiting),
  ]);
  await connection.exec('COMMIT');
  await connection.close();
  return session;
}

test('logs from before they were chains become chains, and a session in the middle of a turn goes on', async () => {
  const { directory, dispose } = await temporaryDirectory();
  onTestFinished(dispose);
  const path = join(directory, 'core.db');
  const session = await firstVersion(path);
  const { store, engine } = await openSqlite({ path, clock });
  const lease = await claimOne(engine);
  expect(lease).toMatchObject({ session, epoch: 4 });
  const [input] = await store.inbox(session);
  await engine.append(lease, { rows: [line('waiting')], takes: input === undefined ? [] : [input.event.id] });
  await engine.release(lease, null);
  expect(await store.inbox(session)).toEqual([]);
  expect((await texts(store, session)).slice(38)).toEqual(['line 39', 'line 40', 'waiting']);
  await store.close();
  expect(await checkSqlite(path)).toMatchObject({ logs: 16, events: 16 * 40 + 1, faults: [] });
});

test('a migration that does not come to its end leaves everything as it was', async () => {
  const { directory, dispose } = await temporaryDirectory();
  onTestFinished(dispose);
  const path = join(directory, 'core.db');
  const session = await firstVersion(path);
  let pages = 2;
  const driver = watchedDriver(await npmDriver(), (sql) => {
    if (sql.includes('SET hash') && --pages === 0) throw new Error('cut off');
  });
  await expect(openWith(driver, { path, clock })).rejects.toThrow('cut off');
  await expect(checkSqlite(path)).rejects.toThrow(/no chains yet/);
  const { store } = await openSqlite({ path, clock });
  expect(await texts(store, session)).toHaveLength(40);
  await store.close();
  expect(await checkSqlite(path)).toMatchObject({ events: 16 * 40, faults: [] });
});
