import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../src/core/adapters/sqlite/index.ts';
import { line, openSession } from '../contract/place.ts';
import { change } from '../core/adapters/sqlite/change.ts';
import { runCli } from '../kit/run-cli.ts';

const open = (path: string) => openSqlite({ path, clock: { now: Date.now } });

test('vigil verify-log says whole, or names the first broken row and ends with 1; --accept lets an older copy start', async () => {
  const data = await mkdtemp(join(tmpdir(), 'vigil-verify-'));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const path = join(data, 'core.db');
  const { store } = await open(path);
  const session = await openSession(store);
  await store.commit({ append: [{ session, rows: ['one', 'two', 'three'].map(line) }] });
  // A server runs on it.
  const whole = await runCli(['verify-log', '--data', data, '--json']);
  expect([whole.code, JSON.parse(whole.stdout)]).toMatchObject([0, { whole: true, logs: 1, events: 3, faults: [] }]);
  await store.close();
  await copyFile(path, join(data, 'old'));

  await change(path, `UPDATE events SET body = replace(body, 'two', 'too') WHERE seq = 2`);
  const broken = await runCli(['verify-log', session, '--data', data]);
  expect([broken.code, broken.stdout]).toEqual([
    1,
    expect.stringMatching(`${session} line 2 \\(sevt_.*: it is not what`),
  ]);
  expect(broken.stderr).toMatch(/restore a backup/);

  const again = await open(path);
  await again.store.commit({ append: [{ session, rows: [line('four')] }] });
  await again.store.close();
  await copyFile(join(data, 'old'), path);
  await expect(open(path)).rejects.toThrow('verify-log --accept');
  const accepted = await runCli(['verify-log', '--accept', '--data', data]);
  expect([accepted.code, accepted.stdout]).toEqual([0, expect.stringMatching(/Whole: 3 events in 1 logs/)]);
  await (await open(path)).store.close();
  const unknown = await runCli(['verify-log', 'sesn_none', '--data', data]);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('There is no log of sesn_none here')]);
}, 60_000);
