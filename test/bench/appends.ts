import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgres } from '../../src/core/adapters/postgres/index.ts';
import { openSqlite } from '../../src/core/adapters/sqlite/index.ts';
import type { SessionEvent } from '../../src/core/events.ts';
import { mint, type SessionId } from '../../src/core/ids.ts';
import type { Store } from '../../src/core/ports/store.ts';
import { missingPostgres, startPostgres } from '../kit/real-postgres.ts';
import { type Measure, measure } from './measure.ts';

const WRITERS = 64;
const ROUNDS = 3;
const ROUND_MS = 1000;
const ALONE = 200;
/** A turn writes several lines at once: so many here. */
const BATCH = 10;
const FEW_WRITERS = 8;

/** Events on disk, one by one acknowledged after the sync: many sessions at once share it, one alone waits for its own. */
export async function appends(): Promise<Measure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'vigil-bench-'));
  const { store } = await openSqlite({ path: join(dir, 'core.db'), clock: { now: Date.now } });
  const measures = await measureAppends(store, 'SQLite', 3000);
  await rm(dir, { recursive: true, force: true });
  return measures;
}

/** The same on a PostgreSQL of its own that waits for the disk; without one installed, nothing. */
export async function postgresAppends(): Promise<Measure[]> {
  if (missingPostgres() !== null) return [];
  const server = await startPostgres({ durable: true });
  const { store } = await openPostgres({ url: server.url, clock: { now: Date.now } });
  const measures = await measureAppends(store, 'PostgreSQL', 3000);
  await server.stop();
  return measures;
}

async function measureAppends(store: Store, name: string, bar: number): Promise<Measure[]> {
  const first = mint('sesn');
  const sessions = [first, ...Array.from({ length: WRITERS - 1 }, () => mint('sesn'))];
  await store.commit({ opens: sessions });
  const rates: number[][] = [];
  const batched: number[][] = [];
  const batchedByFew: number[][] = [];
  const alone: number[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.push([await rate(store, sessions)]);
    batched.push([await rate(store, sessions, BATCH)]);
    batchedByFew.push([await rate(store, sessions.slice(0, FEW_WRITERS), BATCH)]);
    const times: number[] = [];
    for (let i = 0; i < ALONE; i += 1) {
      const began = performance.now();
      await append(store, first);
      times.push(performance.now() - began);
    }
    alone.push(times);
  }
  await store.close();
  return [
    measure(`appends, ${name}, ${WRITERS} sessions at once`, 'events/s', rates, [
      { of: 'p50', must: 'above', value: bar },
    ]),
    measure(`appends, ${name}, ${WRITERS} sessions, ${BATCH} at a time`, 'events/s', batched, [
      { of: 'p50', must: 'above', value: 20_000 },
    ]),
    measure(`appends, ${name}, ${FEW_WRITERS} sessions, ${BATCH} at a time`, 'events/s', batchedByFew, []),
    measure(`append, ${name}, one session alone`, 'ms', alone, []),
  ];
}

async function rate(store: Store, sessions: readonly SessionId[], lines = 1): Promise<number> {
  const began = performance.now();
  let written = 0;
  await Promise.all(
    sessions.map(async (session) => {
      while (performance.now() - began < ROUND_MS) {
        await append(store, session, lines);
        written += lines;
      }
    }),
  );
  return written / ((performance.now() - began) / 1000);
}

async function append(store: Store, session: SessionId, lines = 1): Promise<void> {
  const rows = Array.from({ length: lines }, () => ({ event: newEvent() }));
  await store.commit({ append: [{ session, rows }] });
}

function newEvent(): SessionEvent {
  return {
    id: mint('sevt'),
    type: 'agent.message',
    processed_at: new Date().toISOString(),
    content: [{ type: 'text', text: 'A line of a log, about as long as an answer of one sentence is.' }],
  };
}
