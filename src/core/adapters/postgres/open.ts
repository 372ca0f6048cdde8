import { randomUUID } from 'node:crypto';
import { followClock } from '../../../lib/followed-clock.ts';
import type { Place } from '../../../lib/postgres.ts';
import type { Blobs } from '../../ports/blobs.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Store } from '../../ports/store.ts';
import type { Outcome } from '../sql/plan.ts';
import { createWaker } from '../sql/waker.ts';
import { createWriter } from '../sql/writer.ts';
import { postgresBlobs } from './blobs.ts';
import { type Connection, connect } from './connection.ts';
import { HEADSTART_MS, postgresEngine } from './engine.ts';
import { createHolds } from './holds.ts';
import { migrate } from './migrate.ts';
import { joinNeighbours, proveHearing } from './neighbours.ts';
import { after, createReader, type Reader } from './reader.ts';
import { postgresStore } from './store.ts';
import { tailReads } from './tail-reads.ts';
import { createTails } from './tails.ts';
import { transactionsOver } from './transactions.ts';
import { toUnavailable } from './unavailable.ts';
import { refuseUnfit } from './unfit.ts';
import { hear, wordsOf } from './words.ts';

export interface Opened {
  store: Store;
  engine: Engine;
  blobs: Blobs;
  /** By which leases and due times are judged. */
  clock: Clock;
  /** What all nodes hold in common under a name: the value given by the first that asked. */
  agree(name: string, value: string): Promise<string>;
}

export interface OpenOptions extends Place {
  /** Default: the time of the database. */
  now: (() => number) | undefined;
  leaseMs: number;
}

/** Lost hints are found out this often. */
const COMPARE_MS = 2_000;
const READERS = 6;
const FILE_READERS = 2;

export async function open(options: OpenOptions): Promise<Opened> {
  const { url, schema } = options;
  const place = { url, schema };
  const connections: Connection[] = [];
  try {
    const writing = await connect(place, 'writes');
    connections.push(writing);
    await refuseUnfit(writing);
    const hearing = await connect(place, 'neighbours');
    connections.push(hearing);
    await proveHearing(hearing, writing, `vigil ${randomUUID()}`);
    await migrate(writing, place);
    return await assemble(options, writing, hearing);
  } catch (error) {
    for (const connection of connections) await connection.close();
    throw toUnavailable(error);
  }
}

async function assemble(options: OpenOptions, writing: Connection, hearing: Connection): Promise<Opened> {
  const { schema, leaseMs } = options;
  const straight = createReader(options, 'reads', READERS);
  const { now, stop: stopFollowing } = await followClock(() => timeOf(straight), options.now);
  const files = createReader(options, 'files', FILE_READERS);
  const holds = createHolds(options);
  const tails = createTails(tailReads(straight));
  const reader = after(tails.ready, straight);
  const waker = createWaker();
  const catchUp = () => void tails.compare().catch(() => undefined);
  // What is left to the node that ran it last is looked at again when that has had its time.
  const wakeTwice = () => {
    waker.wake();
    setTimeout(waker.wake, HEADSTART_MS + 10).unref();
  };
  const neighbours = await joinNeighbours(schema, () => connect(options, 'neighbours'), hearing, {
    heard: (words) => {
      for (const word of words) hear(word, tails, wakeTwice);
    },
    missed: () => {
      catchUp();
      waker.wake();
    },
  });
  const wake = () => {
    waker.wake();
    neighbours.say(['work']);
  };
  const transactions = transactionsOver(schema, () => connect(options, 'writes'), writing);
  const committed = (outcome: Outcome) => {
    if (!outcome.ok) return undefined;
    for (const word of wordsOf(outcome.feed)) neighbours.say(word);
    const heard = tails.committed(outcome.feed);
    if (outcome.woke) wake();
    return heard;
  };
  const writer = createWriter(transactions, { now, committed });
  const comparing = setInterval(catchUp, COMPARE_MS).unref();
  let closing: Promise<void> | null = null;
  const close = async () => {
    clearInterval(comparing);
    stopFollowing();
    await writer.close();
    await neighbours.close();
    await Promise.all([straight.close(), files.close(), holds.close()]);
  };
  return {
    store: postgresStore({
      reader,
      writer,
      subscribe: tails.subscribe,
      preview: (session, preview) => {
        tails.passed(session, [{ kind: 'preview', preview }]);
        if (neighbours.hasPeers()) neighbours.say(['preview', session, preview]);
      },
      close: () => {
        closing ??= close();
        return closing;
      },
    }),
    engine: postgresEngine({ reader, writer, wake, onWake: waker.onWake, now, leaseMs, node: neighbours.self }),
    blobs: postgresBlobs(files, holds),
    clock: { now },
    agree: (name, value) => agree(straight, name, value),
  };
}

async function timeOf(reader: Reader): Promise<number> {
  const [row] = await reader.all('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms', []);
  return Number(row?.ms);
}

async function agree(reader: Reader, name: string, value: string): Promise<string> {
  await reader.all('INSERT INTO agreements (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING', [name, value]);
  const [row] = await reader.all('SELECT value FROM agreements WHERE name = $1', [name]);
  return String(row?.value);
}
