/** The product's memory in PostgreSQL, for any number of processes at once. */
import { Client } from 'pg';
import { followClock } from '../../lib/followed-clock.ts';
import { migratePostgres } from '../../lib/migrate-postgres.ts';
import { clientOptions, lostOr, type Place, settingsOf } from '../../lib/postgres.ts';
import type { ChangeLog } from '../../sre/ports/change-log.ts';
import type { Claims } from '../../sre/ports/claims.ts';
import type { Incidents } from '../../sre/ports/incidents.ts';
import { sqlChangeLog } from '../sql/change-log.ts';
import { sqlIncidents } from '../sql/incidents.ts';
import type { GiveRows } from '../sql/transfer.ts';
import { postgresClaims } from './claims.ts';
import { connectionOver } from './connection.ts';
import { hear } from './hearing.ts';
import { openPool, type Statements } from './pool.ts';
import { receiveRows } from './receive.ts';
import { MIGRATIONS } from './schema.ts';
import { toUnavailable } from './unavailable.ts';

export interface PostgresOptions {
  /** `postgresql://user:password@host:port/database`. The user needs CREATE on the database, or a schema of its own. */
  url: string;
  /** Everything is kept in this schema; made when missing. */
  schema?: string;
  /** How long a process that stands still keeps its claims, milliseconds; of one that ended they are free in a second. */
  leaseMs?: number;
  /** Default: the time of the database, whatever this machine's clock says. */
  now?: () => number;
}

export interface Opened {
  incidents: Incidents;
  changeLog: ChangeLog;
  claims: Claims;
  /** By which times are written and judged, milliseconds. */
  now: () => number;
  /** Gives the claims back and closes everything; the parts need not be closed. */
  close(): Promise<void>;
}

/**
 * Brings the tables up to date, one node at a time. Rejects with `IncidentsUnavailable`, saying what to do, when the server
 * cannot be used or another version of the program made the tables.
 */
export async function openPostgres(options: PostgresOptions): Promise<Opened> {
  const { url, schema = 'vigil_product', leaseMs = 10_000 } = options;
  const place = { url, schema };
  await migrated(place);
  const statements = openPool(place);
  try {
    const { now, stop } = await followClock(() => timeOf(statements), options.now);
    const hearing = await hear(place, leaseMs, () => claims.lost());
    const claims = postgresClaims(statements, hearing);
    hearing.onHeard(({ of }) => {
      if (of !== 'incident' && of !== 'deliveries') claims.freed();
    });
    const connection = connectionOver(statements, hearing);
    return {
      incidents: sqlIncidents(connection),
      changeLog: sqlChangeLog(connection, () => new Date(now())),
      claims,
      now,
      async close() {
        stop();
        await claims.close();
        await hearing.close();
        await statements.close();
      },
    };
  } catch (error) {
    await statements.close();
    throw toUnavailable(lostOr(error));
  }
}

async function timeOf({ ask }: Statements): Promise<number> {
  const { rows } = await ask('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms', []);
  return Number(rows[0]?.ms);
}

export { dropSchemas, renameSchemas, schemasOf } from './receive.ts';

/**
 * Makes the tables in a schema that is not there yet, and fills them with what the givers give, all of it or nothing. Answers
 * how many rows came. Rejects with `IncidentsUnavailable`.
 */
export async function receivePostgres(place: Place, givers: readonly GiveRows[]): Promise<number> {
  await migrated(place);
  return await receiveRows(place, givers);
}

async function migrated(place: Place): Promise<void> {
  const client = new Client(clientOptions(place, 'incidents, tables'));
  client.on('error', () => undefined);
  const query = (sql: string, values: (string | number)[] = []) =>
    client.query<Record<string, unknown>>(sql, values).then(({ rows }) => rows);
  try {
    await client.connect();
    await client.query(settingsOf(place));
    await migratePostgres(
      { query: (sql, values) => query(sql, [...values]), script: (sql) => client.query(sql) },
      place.schema,
      MIGRATIONS,
    );
  } catch (error) {
    throw toUnavailable(lostOr(error));
  } finally {
    await client.end().catch(() => undefined);
  }
}
