/** Writes what happened to an item, and keeps it true that a session has at most one open item. */
import type { SessionId } from '../../../ids.ts';
import { newWork, openWork, type WorkBody } from '../../../work.ts';
import { type Core, changedDoc, untilFresh } from '../../core.ts';
import { findWork, type WorkPlace, type WorkRow } from './find.ts';
import { isOpen, settled } from './lease.ts';
import { hasCallsSince } from './open-calls.ts';

/** Reads the item as it is now, decides and writes, until nobody else wrote in between. */
export async function changeWork(
  core: Core,
  place: WorkPlace,
  decide: (work: WorkBody, now: number) => WorkBody,
): Promise<WorkBody> {
  return await untilFresh(async () => {
    const row = await findWork(core, place);
    const now = core.clock.now();
    const work = settled(row.body, now);
    const next = decide(work, now);
    if (next === row.body) return { done: next };
    return (await writeWork(core, row, next)) ? { done: next } : 'stale';
  });
}

/**
 * False when somebody else wrote first. An item that ends while the session has calls that its worker did not know of,
 * or that died with its worker, leaves the session a new one. Calls that a living worker left unanswered wait for
 * input: to offer them again at once would fail again at once.
 */
export async function writeWork(core: Core, row: WorkRow, next: WorkBody): Promise<boolean> {
  const { id: session } = next.data;
  const ends = isOpen(row.body) && !isOpen(next);
  const again = ends && (await needsAnother(core, session, row.body, next));
  const now = core.clock.now();
  const place = { session, environment: next.environment_id, workspace: row.workspace };
  const moves = !ends && (row.body.state === 'queued') !== (next.state === 'queued');
  const committed = await core.store.commit({
    puts: [
      { doc: changedDoc(row, next, next.state === 'stopped'), expect: row.revision },
      ...(again ? newWork(place, now, true) : []),
      ...(moves ? [{ doc: openWork(row.workspace, next) }] : []),
    ],
    removes: ends && !again ? [{ kind: 'open_work', id: session }] : [],
  });
  return committed.ok;
}

async function needsAnother(core: Core, session: SessionId, before: WorkBody, after: WorkBody): Promise<boolean> {
  const { lease_until } = before.hidden;
  const died = after.state === 'stopped' && lease_until !== null && lease_until <= core.clock.now();
  // An operator who stops an item means it; input asks for the next one.
  if (!died && core.credential.kind === 'api_key') return false;
  return await hasCallsSince(core, session, died ? null : (before.started_at ?? before.acknowledged_at));
}
