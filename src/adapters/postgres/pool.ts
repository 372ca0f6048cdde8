/** A few connections for statements and transactions. What was lost on the way is done again for some seconds. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, type PoolClient } from 'pg';
import { isContended, isLost, lostOr, type Place, poolOptions } from '../../lib/postgres.ts';
import { IncidentsUnavailable } from '../../sre/ports/incidents.ts';
import type { Row, Value } from '../sql/connection.ts';
import { toUnavailable } from './unavailable.ts';

/** Runs one statement of the shared folder, whose values are `?`. */
export type Ask = (sql: string, values: readonly Value[]) => Promise<{ rows: Row[]; changes: number }>;

export interface Statements {
  /** One statement by itself. */
  ask: Ask;
  /** Several in one transaction. */
  transaction<Result>(work: (ask: Ask) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const CONNECTIONS = 4;
/** How long callers wait for a server that went away, as in a failover, before they are told. */
const PATIENCE_MS = 8_000;
const PAUSE_MS = 100;

export function openPool(place: Place): Statements {
  const pool = new Pool(poolOptions(place, 'incidents', CONNECTIONS));
  let closed = false;
  // A connection that breaks while nobody uses it is taken out by the pool; whoever asks next gets another.
  pool.on('error', () => undefined);

  async function patiently<Result>(attempt: () => Promise<Result>): Promise<Result> {
    for (const end = Date.now() + PATIENCE_MS; ; await sleep(PAUSE_MS)) {
      if (closed) throw new IncidentsUnavailable('the incident database is closed: the server is shutting down');
      try {
        return await attempt();
      } catch (error) {
        if (!(isLost(error) || isContended(error)) || Date.now() > end) throw toUnavailable(error);
      }
    }
  }

  async function once<Result>(work: (ask: Ask) => Promise<Result>): Promise<Result> {
    const client = await pool.connect().catch((error: unknown) => {
      throw lostOr(error);
    });
    // Cut between two statements, it has nobody else to say so to; the next statement hears of it.
    const cut = () => undefined;
    client.on('error', cut);
    const ask = asking(client);
    const giveBack = (broken: boolean) => {
      // One that is thrown away may still have something to say.
      if (!broken) client.off('error', cut);
      client.release(broken);
    };
    try {
      await ask('BEGIN', []);
      const result = await work(ask);
      await ask('COMMIT', []);
      giveBack(false);
      return result;
    } catch (error) {
      giveBack(isLost(error) || (await ask('ROLLBACK', []).then(never, () => true)));
      throw error;
    }
  }

  return {
    ask: (sql, values) => patiently(() => asking(pool)(sql, values)),
    transaction: (work) => patiently(() => once(work)),
    async close() {
      if (closed) return;
      closed = true;
      await pool.end();
    },
  };
}

const never = () => false;

function asking(client: Pick<Pool | PoolClient, 'query'>): Ask {
  return async (sql, values) => {
    try {
      const { rows, rowCount } = await client.query<Row>(numbered(sql), values.map(storable));
      return { rows, changes: rowCount ?? 0 };
    } catch (error) {
      throw lostOr(error);
    }
  };
}

const known = new Map<string, string>();

/** `?` as PostgreSQL has it. The statements are few and fixed, and hold no question mark that means another thing. */
function numbered(sql: string): string {
  let n = 0;
  const text = known.get(sql) ?? sql.replaceAll('?', () => `$${++n}`);
  if (known.size < 500) known.set(sql, text);
  return text;
}

/** No text of the server takes a NUL; its sign stands in its place. */
function storable(value: Value): Value {
  return typeof value === 'string' ? value.replaceAll('\0', '␀') : value;
}
