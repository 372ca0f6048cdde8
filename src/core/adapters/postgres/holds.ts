/** Who holds keys on any node: a shared advisory lock per node that does, and one for itself for who removes. */
import type { Place } from '../../../lib/postgres.ts';
import type { Blobs } from '../../ports/blobs.ts';
import { type Connection, connect } from './connection.ts';
import { toUnavailable } from './unavailable.ts';

export interface Holds extends Pick<Blobs, 'hold' | 'whileUnheld'> {
  close(): Promise<void>;
}

/** Connections are made when they are first needed, and again when they broke. */
export function createHolds(place: Place): Holds {
  const lock = [`${place.schema} blobs`];
  // A node whose connection breaks while it holds takes the lock again.
  const holders = lazily(async () => {
    const connection = await connect(place, 'holds');
    connection.onEnd(() => {
      if (count > 0) taking = take().catch(() => undefined);
    });
    return connection;
  });
  const remover = lazily(() => connect(place, 'removes'));
  let count = 0;
  let taking: Promise<unknown> = Promise.resolve();
  let before: Promise<unknown> = Promise.resolve();

  async function take(): Promise<void> {
    const connection = await holders.get();
    await connection.query('SELECT pg_advisory_lock_shared(hashtext($1), 3)', lock);
  }

  async function alone(work: () => Promise<void>): Promise<boolean> {
    const connection = await remover.get();
    const [row] = await connection.query('SELECT pg_try_advisory_lock(hashtext($1), 3) AS mine', lock);
    if (row?.mine !== true) return false;
    try {
      await work();
      return true;
    } finally {
      await connection.query('SELECT pg_advisory_unlock(hashtext($1), 3)', lock).catch(() => connection.close());
    }
  }

  return {
    async hold(work) {
      count += 1;
      if (count === 1) taking = take();
      try {
        await taking.catch((error: unknown) => {
          throw toUnavailable(error);
        });
        return await work();
      } finally {
        count -= 1;
        if (count === 0)
          void holders
            .get()
            .then(give)
            .catch(() => undefined);
      }
    },
    async whileUnheld(work) {
      const mine = before.then(() => alone(work));
      before = mine.catch(() => undefined);
      return await mine.catch((error: unknown) => {
        throw toUnavailable(error);
      });
    },
    async close() {
      await Promise.all([holders.close(), remover.close()]);
    },
  };

  async function give(connection: Connection): Promise<void> {
    await connection.query('SELECT pg_advisory_unlock_shared(hashtext($1), 3)', lock);
  }
}

function lazily(open: () => Promise<Connection>): { get(): Promise<Connection>; close(): Promise<void> } {
  let current: Promise<Connection> | null = null;
  return {
    async get() {
      const known = await current?.catch(() => null);
      if (!known?.isOpen()) current = open();
      return await (current ?? open());
    },
    async close() {
      const known = await current?.catch(() => null);
      await known?.close();
    },
  };
}
