/**
 * The one connection over which a node hears the others and is known to be alive. When it breaks, the node is dead to the
 * others, and begins again under another number.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { clientOptions, type Place, quoted, settingsOf } from '../../lib/postgres.ts';
import type { Changed } from '../../sre/ports/incidents.ts';
import { type Census, enter, leave, look } from './members.ts';

/** What nodes tell each other: what watchers are to hear, or that claims were given back. */
export type Word = Changed | { of: 'claims' };

export interface Hearing {
  channel: string;
  /** As the others are told of it. */
  written(word: Word): string;
  onHeard(listener: (word: Word) => void): void;
  /** Tells the others. Who does not hear it looks for itself before long. */
  say(word: Word): Promise<void>;
  /** The number of this node and until when, by its own clocks, it counts as alive; null while it does not. */
  self(): { id: number; alive(): boolean } | null;
  hasPeers(): boolean;
  close(): Promise<void>;
}

/** Dead nodes are looked for this often. */
const LOOK_MS = 1_000;
const RECONNECT_MS = 300;

interface Life {
  client: Client;
  id: number;
  /** When the time began that this node was last given, by both clocks. */
  since: { steady: number; wall: number };
  over: boolean;
}

/** `lost` is called when what this node held is free for the others. */
export async function hear(place: Place, leaseMs: number, lost: () => void): Promise<Hearing> {
  const token = randomUUID();
  const channel = `${place.schema} changes`.slice(-63);
  const name = `${hostname()} ${process.pid}`;
  const heard: ((word: Word) => void)[] = [];
  const tell = (word: Word) => {
    for (const listener of heard) listener(word);
  };
  let life: Life | null = null;
  let peers = 0;
  let closing = false;

  async function begin(): Promise<void> {
    const client = new Client(clientOptions(place, 'incidents, neighbours'));
    const fresh: Life = { client, id: 0, since: moment(), over: false };
    const end = () => {
      if (fresh.over) return;
      fresh.over = true;
      void client.end().catch(() => undefined);
      if (life !== fresh) return;
      life = null;
      lost();
      if (!closing) void beginAgain();
    };
    client.on('error', end);
    client.on('end', end);
    client.on('notification', ({ payload = '' }) => {
      const [from, word] = readWord(payload);
      if (from !== token) tell(word);
    });
    try {
      await client.connect();
      await client.query(`${settingsOf(place)}; SET synchronous_commit = off; LISTEN ${quoted(channel)}`);
      fresh.since = moment();
      fresh.id = await enter(client, name, leaseMs);
    } catch (error) {
      fresh.over = true;
      await client.end().catch(() => undefined);
      throw error;
    }
    life = fresh;
    void live(fresh, end);
  }

  /** As long as its connection stands and it is given more time; a node that stood still finds its time over. */
  async function live(own: Life, end: () => void): Promise<void> {
    while (!own.over && !closing) {
      const asked = moment();
      const late = setTimeout(end, Math.max(LOOK_MS, leaseMs - LOOK_MS));
      const census = await look(own.client, own.id, leaseMs).catch((): Census | null => null);
      clearTimeout(late);
      if (census === null || !census.alive) return end();
      own.since = asked;
      peers = census.peers;
      if (census.freed > 0) {
        await say({ of: 'anything' });
        tell({ of: 'anything' });
      }
      await sleep(LOOK_MS, undefined, { ref: false });
    }
  }

  async function beginAgain(): Promise<void> {
    while (!closing) {
      await sleep(RECONNECT_MS, undefined, { ref: false });
      try {
        await begin();
        tell({ of: 'anything' });
        return;
      } catch {
        // Tried again; meanwhile reads and writes say what is wrong.
      }
    }
  }

  const written = (word: Word) => JSON.stringify([token, word]);
  async function say(word: Word): Promise<void> {
    await life?.client.query('SELECT pg_notify($1, $2)', [channel, written(word)]).catch(() => undefined);
  }

  await begin();
  return {
    channel,
    written,
    onHeard: (listener) => void heard.push(listener),
    say,
    self() {
      const own = life;
      return own === null ? null : { id: own.id, alive: () => !own.over && within(own.since, leaseMs) };
    },
    hasPeers: () => peers > 0,
    async close() {
      closing = true;
      const own = life;
      if (own === null) return;
      await leave(own.client, own.id).catch(() => undefined);
      await say({ of: 'anything' });
      life = null;
      await own.client.end().catch(() => undefined);
    },
  };
}

/** Only nodes of this program speak on the channel. */
function readWord(payload: string): [string, Word] {
  return JSON.parse(payload) as [string, Word];
}

/** One clock stands still with the machine, the other may be set: a node is alive by both. */
function moment(): Life['since'] {
  return { steady: performance.now(), wall: Date.now() };
}

function within({ steady, wall }: Life['since'], leaseMs: number): boolean {
  return performance.now() - steady < leaseMs && Date.now() - wall < leaseMs;
}
