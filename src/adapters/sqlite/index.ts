/** The product's memory in one file, `vigil.db`. */
import type { IncidentId } from '../../sre/ids.ts';
import type { Incidents } from '../../sre/ports/incidents.ts';
import { cases } from './cases.ts';
import { openConnection } from './connection.ts';
import { deliveries } from './deliveries.ts';
import { exhibits } from './exhibits.ts';
import { migrate } from './schema.ts';

export { sqliteChangeLog } from './change-log.ts';

/** Opens or creates the file. Rejects with `IncidentsUnavailable` when it cannot be read and written. */
export async function sqliteIncidents(path: string): Promise<Incidents> {
  const connection = await openConnection(path);
  await migrate(connection);
  const listeners = new Set<(incident: IncidentId) => void>();
  const changed = (incident: IncidentId) => {
    for (const listener of listeners) listener(incident);
  };
  return {
    ...deliveries(connection),
    ...cases(connection, changed),
    ...exhibits(connection, changed),
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async health() {
      try {
        await connection.write((writer) => writer.run('UPDATE effects SET result = result WHERE key = ?', ['']));
        return { ok: true, detail: 'incident database is readable and writable' };
      } catch (error) {
        return { ok: false, detail: error instanceof Error ? error.message : String(error) };
      }
    },
    close: () => connection.close(),
  };
}
