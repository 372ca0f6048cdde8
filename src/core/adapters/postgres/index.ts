import type { Clock } from '../../ports/clock.ts';
import type { CheckOptions, LogCheck } from '../../ports/log-check.ts';
import type { TakeRows } from '../../ports/transfer.ts';
import { checkIn } from './check.ts';
import { type Opened, open } from './open.ts';
import { receiveIn } from './receive.ts';
import { receiveBlobs } from './receive-blobs.ts';

export interface PostgresOptions {
  /** `postgresql://user:password@host:port/database`. The user needs CREATE on the database, or a schema of its own. */
  url: string;
  /** Default: the time of the database, whatever this machine's clock says. */
  clock?: Clock;
  /** Everything is kept in this schema; made when missing. Default `vigil`. */
  schema?: string;
  /** How long a claimed session stays with a node that lives but does not renew, milliseconds. Default 30,000. */
  leaseMs?: number;
}

/**
 * Joins the nodes that share this database: brings its tables up to date, one node at a time, and from then on drives
 * what nobody else drives. Rejects with `StoreUnavailable`, saying what to do, when the server cannot be reached, is too
 * old or a standby, when a pooler stands in the way, or when another version of the program made the tables.
 * `store.close()` closes everything.
 */
export async function openPostgres(options: PostgresOptions): Promise<Opened> {
  const { url, clock, schema = 'vigil', leaseMs = 30_000 } = options;
  return await open({ url, schema, leaseMs, now: clock && (() => clock.now()) });
}

/** Reads the logs from end to end, as of one moment. Rejects with `StoreUnavailable` when they cannot be read. */
export async function checkPostgres(
  options: Pick<PostgresOptions, 'url' | 'schema'> & CheckOptions,
): Promise<LogCheck> {
  const { url, schema = 'vigil', ...check } = options;
  return await checkIn({ url, schema }, check);
}

/**
 * Fills a schema that is not there yet with the rows and bytes of another store. Rejects with `StoreUnavailable`, and with
 * whatever the givers reject with; the schema is of no use then.
 */
export async function receivePostgres(
  { url, schema }: Required<Pick<PostgresOptions, 'url' | 'schema'>>,
  from: {
    rows: (take: TakeRows) => Promise<void>;
    blobs: AsyncIterable<{ key: string; bytes: AsyncIterable<Uint8Array> }>;
  },
): Promise<void> {
  const place = { url, schema };
  await receiveIn(place, from.rows);
  await receiveBlobs(place, from.blobs);
}
