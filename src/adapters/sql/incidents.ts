/** The product's memory over a connection to a database that has its tables. */
import type { Incidents } from '../../sre/ports/incidents.ts';
import { cases } from './cases.ts';
import type { Connection } from './connection.ts';
import { deliveries } from './deliveries.ts';
import { exhibits } from './exhibits.ts';

export function sqlIncidents(connection: Connection): Incidents {
  return {
    ...deliveries(connection),
    ...cases(connection),
    ...exhibits(connection),
    watch: connection.watch,
    async health() {
      try {
        await connection.write('health', (writer) =>
          writer.run('UPDATE effects SET result = result WHERE key = ?', ['']),
        );
        return { ok: true, detail: 'incident database is readable and writable' };
      } catch (error) {
        return { ok: false, detail: error instanceof Error ? error.message : String(error) };
      }
    },
    close: () => connection.close(),
  };
}
