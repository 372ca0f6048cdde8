import { join } from 'node:path';
import { checkSqlite, openSqlite } from '../../../../src/core/adapters/sqlite/index.ts';
import { clock, logCheckContract } from '../../../contract/log-check.ts';
import { change } from './change.ts';
import { temporaryDirectory } from './place.ts';

logCheckContract('SQLite', async () => {
  const { directory, dispose } = await temporaryDirectory();
  const path = join(directory, 'core.db');
  return {
    open: () => openSqlite({ path, clock }),
    check: (options) => checkSqlite(path, options),
    tamper: (sql) => change(path, sql),
    dispose,
  };
});
