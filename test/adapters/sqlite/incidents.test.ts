import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { sqliteIncidents } from '../../../src/adapters/sqlite/index.ts';
import { incidentsContract } from '../../contract/incidents.ts';
import { anEvidence } from '../../kit/nouns.ts';

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'vigil-incidents-'));
}

incidentsContract('SQLite', async () => {
  const dir = folder();
  const path = join(dir, 'vigil.db');
  const it = {
    incidents: await sqliteIncidents(path),
    async reopen() {
      await it.incidents.close();
      it.incidents = await sqliteIncidents(path);
    },
    async dispose() {
      await it.incidents.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return it;
});

test('a database that cannot be opened says so by name', async () => {
  const dir = folder();
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  await expect(sqliteIncidents(join(dir, 'missing', 'vigil.db'))).rejects.toMatchObject({
    name: 'IncidentsUnavailable',
  });
  chmodSync(dir, 0o700);
});

test('evidence of a file that knew no heads is listed without its contents', async () => {
  const dir = folder();
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'vigil.db');
  const before = await sqliteIncidents(path);
  await before.record(anEvidence());
  const [head] = await before.evidenceIndex('inc_1');
  await before.close();
  await statements(path, 'ALTER TABLE evidence DROP COLUMN head; PRAGMA user_version = 1');
  const after = await sqliteIncidents(path);
  expect(await after.evidenceIndex('inc_1')).toEqual([head]);
  expect(await after.evidence('inc_1')).toHaveLength(1);
  await after.close();
});

function statements(path: string, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(path);
    database.exec(sql, (error) => database.close(() => (error === null ? resolve() : reject(error))));
  });
}
