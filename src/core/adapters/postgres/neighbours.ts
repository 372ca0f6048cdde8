/**
 * The one connection over which a node hears the others and is known to be alive. When it breaks, it is made again; until
 * then the others may take over what this node held, and what they told is made up for.
 */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { quoted } from '../../../lib/postgres.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import type { Connection } from './connection.ts';
import { createDeathWatch } from './death-watch.ts';
import { join, leave, sweep, type Watched } from './members.ts';
import { createOutbox, unpack, type Word } from './packets.ts';

/** Words of one moment share a notification: each takes a lock that all commits of the server go through. */
const GATHER_MS = 5;
/** Dead nodes are looked for this often, besides when a wait for one has ended. */
const WATCH_MS = 2_000;
/** After a wait that told nothing new. */
const PAUSE_MS = 200;
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
  const death = createDeathWatch(open);
  let resting = new AbortController();
  /** The last wait ended before it could have been one. */
  let soon = false;

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
    // Who has joined may be the next one now.
    if (words.some(([word]) => word === 'joined')) void rouse();
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

  async function look(): Promise<Watched | null> {
    try {
      const census = await sweep(connection, schema, self);
      peers = census.peers;
      if (census.freed > 0) {
        hooks.missed();
        say(['work']);
      }
      return census.next;
    } catch {
      // Looked for again.
      return null;
    }
  }

  /** Whatever ends a wait, what there is to know is found by looking. */
  async function watch(first: Watched | null): Promise<void> {
    for (let next = first; !closing; next = await look()) {
      if (soon) await rest(PAUSE_MS);
      const began = performance.now();
      await (next === null ? rest(WATCH_MS) : death.wait(next).catch(() => undefined));
      soon = performance.now() - began < PAUSE_MS;
    }
  }

  async function rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: resting.signal, ref: false }).catch(() => undefined);
  }

  async function rouse(): Promise<void> {
    resting.abort();
    resting = new AbortController();
    await death.end(connection).catch(() => undefined);
  }

  await enter(first);
  const watching = watch(await look());
  return {
    say,
    self: () => self,
    hasPeers: () => peers > 0,
    async close() {
      closing = true;
      await rouse();
      await Promise.race([watching, sleep(PAUSE_MS)]);
      await death.close();
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
