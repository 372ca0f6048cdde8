import { isDeepStrictEqual } from 'node:util';
import type { SessionBody } from '../../documents.ts';
import type { EventOf } from '../../events.ts';
import { mint } from '../../ids.ts';
import { checkCoherence, refuseReserved } from '../agents/coherence.ts';
import { resolveTools } from '../agents/tools.ts';
import { type Core, changedDoc, isoTime, untilFresh } from '../core.ts';
import { patchMetadata } from '../metadata.ts';
import { changedBudget } from './budget.ts';
import { refuseEnded } from './events/send.ts';
import { findSession } from './find.ts';
import { refuseRunning } from './rest.ts';
import type { SessionUpdate } from './schema.ts';
import { sessionWire } from './wire.ts';

/** One `session.updated` that carries the changed fields only; none when nothing changed. */
export async function updateSession(
  core: Core,
  { session_id, body }: { session_id: string; body: SessionUpdate },
): Promise<object> {
  return await core.serial.run(session_id, () =>
    untilFresh(async () => {
      const row = await findSession(core, session_id);
      refuseEnded(row.body);
      if (body.agent !== undefined) await refuseRunning(core, row, 'change its agent');
      const merged = merge(row.body, body);
      checkCoherence(merged.agent);
      refuseReserved(merged.agent);
      if (isDeepStrictEqual(row.body, merged)) return { done: await sessionWire(core, row.body) };
      const now = core.clock.now();
      const next = { ...merged, updated_at: isoTime(now) };
      const changes = changed(row.body, merged);
      const event = { id: mint('sevt', now), type: 'session.updated' as const, processed_at: isoTime(now), ...changes };
      const committed = await core.store.commit({
        puts: [{ doc: changedDoc(row, next), expect: row.revision }],
        append: [{ session: row.body.id, rows: [{ event }] }],
        // Work that waits at the old cap goes on by itself.
        wakes: changes.budget === undefined ? [] : [row.body.id],
      });
      return committed.ok ? { done: await sessionWire(core, next) } : 'stale';
    }),
  );
}

function merge<Body extends SessionBody>(current: Body, change: SessionUpdate): Body {
  const { tools, mcp_servers } = change.agent ?? {};
  return {
    ...current,
    title: change.title === undefined ? current.title : change.title,
    metadata: patchMetadata(current.metadata, change.metadata),
    budget: changedBudget(current, change.budget),
    agent: {
      ...current.agent,
      ...(tools === undefined ? {} : { tools: resolveTools(tools ?? []) }),
      ...(mcp_servers === undefined ? {} : { mcp_servers: mcp_servers ?? [] }),
    },
  };
}

type Changes = Pick<EventOf<'session.updated'>, 'title' | 'metadata' | 'agent' | 'budget'>;

/** A bag cleared to empty is left out of the event, as the wire has it. */
function changed(before: SessionBody, after: SessionBody): Changes {
  const changes: Changes = {};
  if (before.title !== after.title) changes.title = after.title;
  const isCleared = Object.keys(after.metadata).length === 0;
  if (!isCleared && !isDeepStrictEqual(before.metadata, after.metadata)) changes.metadata = after.metadata;
  if (!isDeepStrictEqual(before.agent, after.agent)) changes.agent = after.agent;
  if (!isDeepStrictEqual(before.budget, after.budget)) changes.budget = after.budget;
  return changes;
}
