/** What can happen to an item of work, as values. Pure. Each step takes an item that is `settled`. */
import type { WorkBody, WorkState } from '../../../work.ts';
import { isoTime } from '../../core.ts';

const TOKENS_KEPT = 16;

/** The item as it is now: what a silent worker held goes back to the queue, and what should stop has stopped. */
export function settled(work: WorkBody, now: number): WorkBody {
  const until = work.hidden.lease_until;
  if (until === null || now < until) return work;
  switch (work.state) {
    case 'starting':
    case 'active':
      return queuedAgain(work, until);
    case 'stopping':
      return ended(work, until);
    case 'queued':
    case 'stopped':
      return work;
  }
}

/** The session is served by this item, or waits for it to be. */
export function isOpen(work: WorkBody): boolean {
  return work.state !== 'stopped' && !(work.state === 'stopping' && work.hidden.released);
}

/** Offered to a worker, under one more token. It stays queued until it is acknowledged. */
export function offered(work: WorkBody, now: number, digest: string): WorkBody {
  const tokens = [...work.hidden.tokens, digest].slice(-TOKENS_KEPT);
  return { ...work, hidden: { ...work.hidden, offered_at: now, tokens } };
}

export function mayOffer(work: WorkBody, now: number, reclaimAfterMs: number): boolean {
  if (work.state !== 'queued') return false;
  return work.hidden.offered_at === null || now - work.hidden.offered_at >= reclaimAfterMs;
}

export function acknowledged(work: WorkBody, now: number, ttlSeconds: number): WorkBody {
  return { ...work, state: 'starting', acknowledged_at: isoTime(now), hidden: leased(work, now, ttlSeconds) };
}

/** Whether a worker that last heard `expected` may extend the lease; without it no comparison is asked for. */
export function holds(work: WorkBody, expected: string | undefined): boolean {
  if (expected === undefined) return true;
  return (work.latest_heartbeat_at ?? 'NO_HEARTBEAT') === expected;
}

/** No two heartbeats of an item have the same time, so that the text of one names it. */
export function beaten(work: WorkBody, now: number, ttlSeconds: number): WorkBody {
  const before = work.latest_heartbeat_at === null ? 0 : Date.parse(work.latest_heartbeat_at);
  const at = isoTime(Math.max(now, before + 1));
  return {
    ...work,
    state: 'active',
    acknowledged_at: work.acknowledged_at ?? at,
    started_at: work.started_at ?? at,
    latest_heartbeat_at: at,
    hidden: leased(work, now, ttlSeconds),
  };
}

/**
 * Asks for the end. A worker that asks again confirms it; force needs no confirmation, and neither does an item that
 * nobody has.
 */
export function stopped(work: WorkBody, now: number, by: { worker: boolean; force: boolean }): WorkBody {
  if (work.state === 'stopped') return work;
  const asked = { ...work, stop_requested_at: work.stop_requested_at ?? isoTime(now) };
  if (by.force || work.state === 'queued') return ended(asked, now);
  if (work.state === 'stopping') return by.worker ? ended(work, now) : work;
  return { ...asked, state: 'stopping', hidden: { ...work.hidden, released: by.worker } };
}

function ended(work: WorkBody, at: number): WorkBody {
  const state: WorkState = 'stopped';
  return { ...work, state, stopped_at: isoTime(at), hidden: { ...work.hidden, lease_until: null } };
}

/** Nothing a former holder knows is of use any more. */
function queuedAgain(work: WorkBody, at: number): WorkBody {
  const former_tokens = [...work.hidden.former_tokens, ...work.hidden.tokens].slice(-TOKENS_KEPT);
  return {
    ...work,
    state: 'queued',
    acknowledged_at: null,
    started_at: null,
    latest_heartbeat_at: null,
    hidden: {
      ...work.hidden,
      queued_at: at,
      offered_at: null,
      lease_until: null,
      ttl_seconds: null,
      tokens: [],
      former_tokens,
    },
  };
}

function leased({ hidden }: WorkBody, now: number, ttlSeconds: number): WorkBody['hidden'] {
  return { ...hidden, ttl_seconds: ttlSeconds, lease_until: now + ttlSeconds * 1000 };
}
