/**
 * The one connection over which a node hears the others and is known to be alive. When it breaks, it is made again; until
 * then the others may take over what this node held, and what they told is made up for.
 */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { quoted } from '../../../lib/postgres.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import type { Connection } from './connection.ts';
import { join, leave, sweep } from './members.ts';
import { createOutbox, unpack, type Word } from './packets.ts';

/** Words of one moment share a notification: each takes a lock that all commits of the server go through. */
const GATHER_MS = 5;
/** Dead nodes are looked for this often, seldom when there was no other to die. */
const WATCH_MS = 400;
const WATCH_ALONE_MS = 2_000;
const RECONNECT_MS = 200;
const HEARING_MS = 3_000;

export interface Neighbours {
  say(word: Word): void;
  /** The number of this node. */
  self(): number;
  /** Whether anybody would hear. */
  hasPeers(): boolean;
  close(): Promise<void>;
}

export interface NeighbourHooks {
  heard(words: readonly Word[]): void;
  /** Sessions have become free, or words may have been missed. */
  missed(): void;
}

export async function joinNeighbours(
  schema: string,
  open: () => Promise<Connection>,
  first: Connection,
  hooks: NeighbourHooks,
): Promise<Neighbours> {
  const outbox = createOutbox();
  const name = `${hostname()} ${process.pid}`;
  let connection: Connection;
  let self = 0;
  let peers = 0;
  let closing = false;
  let flushing: NodeJS.Timeout | null = null;
  let watching: NodeJS.Timeout | undefined;

  async function enter(fresh: Connection): Promise<void> {
    fresh.onNotice((payload) => listen(payload));
    await fresh.script(`SET synchronous_commit = off; LISTEN ${quoted(channelOf(schema))}`);
    self = await join(fresh, schema, name, self);
    connection = fresh;
    fresh.onEnd(() => void reenter());
    say(['joined']);
  }

  async function reenter(): Promise<void> {
    peers = 0;
    while (!closing) {
      await sleep(RECONNECT_MS);
      try {
        await enter(await open());
        hooks.missed();
        return;
      } catch {
        // Tried again; meanwhile reads and writes say what is wrong.
      }
    }
  }

  function listen(payload: string): void {
    const { from, words } = unpack(payload);
    if (from === self) return;
    peers = Math.max(peers, 1);
    hooks.heard(words);
  }

  function say(word: Word): void {
    outbox.add(word);
    flushing ??= setTimeout(() => void flush(), GATHER_MS);
  }

  async function flush(): Promise<void> {
    flushing = null;
    const texts = outbox.take(self);
    // Who does not get it finds out by comparing.
    await connection.query(NOTIFY, [channelOf(schema), texts]).catch(() => undefined);
  }

  async function watch(): Promise<void> {
    try {
      const census = await sweep(connection, schema, self);
      peers = census.peers;
      if (census.freed > 0) hooks.missed();
    } catch {
      // Looked for again.
    }
    if (!closing) schedule();
  }

  function schedule(): void {
    watching = setTimeout(() => void watch(), peers > 0 ? WATCH_MS : WATCH_ALONE_MS);
    watching.unref();
  }

  await enter(first);
  await watch();
  return {
    say,
    self: () => self,
    hasPeers: () => peers > 0,
    async close() {
      closing = true;
      clearTimeout(watching);
      if (flushing !== null) clearTimeout(flushing);
      if (connection.isOpen()) {
        await flush();
        await leave(connection, self).catch(() => undefined);
      }
      await connection.close();
    },
  };
}

const NOTIFY = 'SELECT pg_notify($1, word) FROM unnest($2::text[]) AS word';

function channelOf(schema: string): string {
  return `${schema} nodes`.slice(-63);
}

/**
 * A pooler that gives each transaction another connection of the server takes notifications and advisory locks away
 * without a word, so both are tried. Rejects with `StoreUnavailable` when a notification does not come back.
 */
export async function proveHearing(hearing: Connection, speaking: Connection, token: string): Promise<void> {
  const heard = new Promise<boolean>((resolve) => {
    hearing.onNotice((payload) => payload === token && resolve(true));
  });
  const channel = quoted(token);
  await hearing.script(`LISTEN ${channel}`);
  const [before] = await hearing.script('SELECT pg_backend_pid() AS pid');
  await speaking.script('BEGIN');
  const [during] = await hearing.script('SELECT pg_backend_pid() AS pid');
  await speaking.script(`NOTIFY ${channel}, '${token}'; COMMIT`);
  const inTime = await Promise.race([heard, sleep(HEARING_MS, false, { ref: false })]);
  if (!inTime || before?.pid !== during?.pid) {
    throw new StoreUnavailable(
      'DATABASE_URL leads through a connection pooler in transaction mode: LISTEN and advisory locks do not survive in it. ' +
        'Give the address of the PostgreSQL server itself, or of a pool in session mode.',
    );
  }
  await hearing.script(`UNLISTEN ${channel}`);
}
