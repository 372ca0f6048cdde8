import { StoreUnavailable } from '../../ports/store.ts';
import type { Connection } from './connection.ts';

const VERSION_MIN = 15;

/** Rejects with `StoreUnavailable`, saying what to do, for a server that is too old, encoded otherwise, or a standby. */
export async function refuseUnfit(connection: Connection): Promise<void> {
  const [row] = await connection.script(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer / 10000 AS major,
            current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby`,
  );
  if (Number(row?.major) < VERSION_MIN) {
    throw new StoreUnavailable(
      `The PostgreSQL server is version ${String(row?.version)}; ${VERSION_MIN} or later is needed.`,
    );
  }
  if (row?.encoding !== 'UTF8') {
    throw new StoreUnavailable(
      `The database is encoded in ${String(row?.encoding)}. Make one in UTF8: createdb -E UTF8 -T template0 NAME.`,
    );
  }
  if (row.standby === true) {
    throw new StoreUnavailable('DATABASE_URL names a standby, which takes no writes. Name the primary.');
  }
}
