/**
 * Who listens to which session on this node. What this node commits is told at once; what other nodes commit is hinted at,
 * and read. Hints may be lost: from time to time the tails are compared with the database.
 */
import type { LogId } from '../../ids.ts';
import type { FeedItem } from '../../ports/store.ts';
import type { FeedEntry } from '../sql/plan.ts';
import { begin, doReady, type Job, jobOf, missedBy, newTail, readForFirst, type Tail } from './tail.ts';
import type { Standings, TailReads } from './tail-reads.ts';

export interface Tails {
  subscribe(session: LogId, listener: (item: FeedItem) => void): () => void;
  /** What this node has committed. The promise is there when the listeners have not heard it all yet. */
  committed(entries: readonly FeedEntry[]): Promise<void> | undefined;
  /** Another node has written lines after `from` up to `to`. */
  hinted(session: LogId, from: number, to: number): void;
  /** Another node has accepted input. */
  queued(session: LogId): void;
  /** Comes as it is and waits for its turn. */
  passed(session: LogId, items: readonly FeedItem[]): void;
  /** Reads what was not hinted at. */
  compare(): Promise<void>;
  /** Settles when every subscription made so far knows where it begins; undefined when they all do. */
  ready(): Promise<void> | undefined;
}

export function createTails(reads: TailReads): Tails {
  const tails = new Map<LogId, Tail>();
  const lookUp = standingsOf(tails, reads);
  const begun = createGate();

  async function work(tail: Tail): Promise<void> {
    while (tail.seq === null || tail.jobs.length > 0) {
      try {
        await advance(tail);
      } catch {
        // The database is away. What is missed now is read when the tails are compared.
        if (tail.jobs.shift() === undefined) return;
      }
    }
  }

  async function advance(tail: Tail): Promise<void> {
    if (tail.seq === null) begin(tail, (await lookUp()).get(tail.session));
    doReady(tail);
    if (tail.jobs.length > 0) await readForFirst(reads, tail);
  }

  function pump(tail: Tail): Promise<void> | null {
    if (tail.busy !== null) return tail.busy;
    doReady(tail);
    if (tail.seq === null || tail.jobs.length > 0) {
      tail.busy = work(tail).finally(() => {
        tail.busy = null;
      });
    }
    return tail.busy;
  }

  function give(session: LogId, ...jobs: Job[]): void {
    const tail = tails.get(session);
    if (tail === undefined) return;
    tail.jobs.push(...jobs);
    void pump(tail);
  }

  function follow(session: LogId): Tail {
    const tail = newTail(session);
    tails.set(session, tail);
    begun.hold(pump(tail));
    return tail;
  }

  return {
    subscribe(session, listener) {
      // Each subscription stands for itself, also when one function subscribes twice.
      const own = (item: FeedItem) => listener(item);
      const tail = tails.get(session) ?? follow(session);
      tail.listeners.add(own);
      return () => {
        tail.listeners.delete(own);
        if (tail.listeners.size === 0 && tails.get(session) === tail) tails.delete(session);
      };
    },
    committed(entries) {
      const touched = new Set<Tail>();
      for (const { session, item, n } of entries) {
        const tail = tails.get(session);
        tail?.jobs.push(jobOf(item, n));
        if (tail !== undefined) touched.add(tail);
      }
      const waits = [...touched].flatMap((tail) => pump(tail) ?? []);
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
    },
    hinted: (session, from, to) => give(session, { do: 'read', from, to }),
    queued: (session) => give(session, { do: 'read', from: Infinity, to: null }),
    passed: (session, items) => give(session, ...items.map((item) => jobOf(item))),
    async compare() {
      for (const tail of tails.values()) if (tail.seq === null) void pump(tail);
      const still = [...tails.values()].filter((tail) => tail.busy === null);
      if (still.length === 0) return;
      const at = await reads.standings(still.map((tail) => tail.session));
      for (const tail of still) {
        const missed = missedBy(tail, at.get(tail.session));
        if (missed !== null) give(tail.session, missed);
      }
    },
    ready: begun.open,
  };
}

/** Subscriptions of one moment are looked up together. */
function standingsOf(tails: ReadonlyMap<LogId, Tail>, reads: TailReads): () => Promise<Standings> {
  let asking: Promise<Standings> | null = null;
  return () => {
    asking ??= Promise.resolve().then(() => {
      asking = null;
      return reads.standings([...tails.values()].filter((tail) => tail.seq === null).map((tail) => tail.session));
    });
    return asking;
  };
}

/** Opens when everything that was given to it to hold has settled. */
function createGate(): { hold(what: Promise<void> | null): void; open(): Promise<void> | undefined } {
  let waiting: Promise<void> | undefined;
  return {
    hold(what) {
      const mine: Promise<void> = Promise.all([waiting, what]).then(() => {
        if (waiting === mine) waiting = undefined;
      });
      waiting = mine;
    },
    open: () => waiting,
  };
}
