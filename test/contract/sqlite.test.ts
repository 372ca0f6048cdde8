import { test } from 'vitest';
import { hasNodeSqlite, sqliteBackend } from '../core/adapters/sqlite/place.ts';
import { engineContract } from './engine.ts';
import { storeContract } from './store.ts';

storeContract('SQLite by npm sqlite3', sqliteBackend('sqlite3'));
engineContract('SQLite by npm sqlite3', sqliteBackend('sqlite3'));

if (await hasNodeSqlite()) {
  storeContract('SQLite by node:sqlite', sqliteBackend('node:sqlite'));
  engineContract('SQLite by node:sqlite', sqliteBackend('node:sqlite'));
} else {
  test.skip('SQLite by node:sqlite: this Node has none', () => undefined);
}
