/**
 * One session as the listeners of this node hear it: in the order of the log, each line once. It knows the last line they
 * have heard and reads what is missing before it goes on. Items wait in a queue; what needs nothing read is told at once.
 */
import type { SessionEvent } from '../../events.ts';
import type { LogId } from '../../ids.ts';
import type { FeedItem } from '../../ports/store.ts';
import { guarded } from '../sql/feed.ts';
import type { TailReads } from './tail-reads.ts';

export type Job =
  | { do: 'logged'; seq: number; event: SessionEvent }
  | { do: 'queued'; n: number; item: FeedItem }
  /** Lines after `from` are new, up to `to`; without an end everything is, the inbox too. */
  | { do: 'read'; from: number; to: number | null }
  | { do: 'tell'; item: FeedItem };

export interface Tail {
  session: LogId;
  listeners: Set<(item: FeedItem) => void>;
  /** The last line heard; null until it is known where the log stands. */
  seq: number | null;
  /** Inbox rows up to here have been heard, and these beyond it. */
  n: number;
  heard: number[];
  jobs: Job[];
  /** While something is read. */
  busy: Promise<void> | null;
  exists: boolean;
}

const STEP = 500;

export function newTail(session: LogId): Tail {
  return { session, listeners: new Set(), seq: null, n: 0, heard: [], jobs: [], busy: null, exists: false };
}

export function jobOf(item: FeedItem, n?: number): Job {
  if (item.kind === 'logged') return { do: 'logged', seq: item.seq, event: item.event };
  return item.kind === 'queued' && n !== undefined ? { do: 'queued', n, item } : { do: 'tell', item };
}

/** Lines that came in while it was asked where the log stands count as after it. */
export function begin(tail: Tail, at: { seq: number; n: number } | undefined): void {
  const first = tail.jobs.map((job) => (job.do === 'logged' ? job.seq - 1 : job.do === 'read' ? job.from : Infinity));
  tail.exists = at !== undefined;
  tail.n = at?.n ?? 0;
  tail.seq = Math.min(at?.seq ?? 0, ...first);
}

/** Does what needs nothing read. */
export function doReady(tail: Tail): void {
  for (let [job] = tail.jobs; job !== undefined && isReady(tail, job); [job] = tail.jobs) {
    tail.jobs.shift();
    doJob(tail, job);
  }
}

function isReady({ seq }: Tail, job: Job): boolean {
  if (seq === null) return false;
  if (job.do === 'read') return job.to !== null && job.to <= seq;
  return job.do !== 'logged' || job.seq <= seq + 1;
}

function doJob(tail: Tail, job: Job): void {
  if (job.do === 'logged') tellLine(tail, job);
  if (job.do === 'queued') tail.heard.push(job.n);
  if (job.do === 'queued' || job.do === 'tell') tell(tail, job.item);
  if (job.do === 'tell' && job.item.kind === 'erased') tail.exists = false;
}

function tell(tail: Tail, item: FeedItem): void {
  for (const listener of tail.listeners) guarded(() => listener(item));
}

function tellLine(tail: Tail, { seq, event }: { seq: number; event: SessionEvent }): void {
  if (seq <= (tail.seq ?? 0)) return;
  tail.seq = seq;
  tell(tail, { kind: 'logged', seq, event });
}

/** Reads what the first job waits for. Lines that are not there any more were erased with their session. */
export async function readForFirst(reads: TailReads, tail: Tail): Promise<void> {
  const [job] = tail.jobs;
  if (job?.do === 'logged') await readLines(reads, tail, job.seq - 1);
  if (job?.do !== 'read') return;
  if (job.to === null) await readInbox(reads, tail);
  await readLines(reads, tail, job.to);
  tail.jobs.shift();
}

async function readLines(reads: TailReads, tail: Tail, to: number | null): Promise<void> {
  for (let more = true; more; ) {
    const lines = await reads.lines(tail.session, { after: tail.seq ?? 0, to, limit: STEP });
    for (const line of lines) tellLine(tail, line);
    more = lines.length === STEP;
  }
  if (to !== null) tail.seq = Math.max(tail.seq ?? 0, to);
}

/** Input of this node may have been told before that of another which came earlier: what was told is remembered. */
async function readInbox(reads: TailReads, tail: Tail): Promise<void> {
  const before = [...tail.heard];
  const rows = await reads.queued(tail.session, tail.n);
  for (const { n, event } of rows) if (!tail.heard.includes(n)) tell(tail, { kind: 'queued', event });
  tail.n = Math.max(tail.n, ...before, ...rows.map((row) => row.n));
  tail.heard = tail.heard.filter((n) => n > tail.n);
}

/** What a comparison with the database brings to light: hints that were lost. */
export function missedBy(tail: Tail, at: { seq: number; n: number } | undefined): Job | null {
  if (at === undefined) return tail.exists ? { do: 'tell', item: { kind: 'erased' } } : null;
  tail.exists = true;
  const behind = at.seq > (tail.seq ?? 0) || (at.n > tail.n && !tail.heard.includes(at.n));
  return behind ? { do: 'read', from: Infinity, to: null } : null;
}
