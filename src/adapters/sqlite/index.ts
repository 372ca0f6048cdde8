/** The product's memory in files: `vigil.db`, and `changes.db` for what others report. */
import type { ChangeLog } from '../../sre/ports/change-log.ts';
import type { Incidents } from '../../sre/ports/incidents.ts';
import { sqlChangeLog } from '../sql/change-log.ts';
import { sqlIncidents } from '../sql/incidents.ts';
import { openConnection } from './connection.ts';
import { makeChanges, migrate } from './schema.ts';

export { soleClaims } from './claims.ts';
export { giveChanges, giveIncidents } from './give.ts';

/** Opens or creates the file. Rejects with `IncidentsUnavailable` when it cannot be read and written. */
export async function sqliteIncidents(path: string): Promise<Incidents> {
  const connection = await openConnection(path);
  await migrate(connection);
  return sqlIncidents(connection);
}

/** Opens or creates the file. Rejects with `IncidentsUnavailable` when it cannot be read and written. */
export async function sqliteChangeLog(path: string, now: () => Date = () => new Date()): Promise<ChangeLog> {
  const connection = await openConnection(path);
  await makeChanges(connection);
  return sqlChangeLog(connection, now);
}
