import type { z } from 'zod';
import type { SessionBody } from '../../../documents.ts';
import type { InputEvent } from '../../../events.ts';
import type { SessionId } from '../../../ids.ts';
import type { Core } from '../../core.ts';
import { workFor } from '../../environments/work/of-session.ts';
import { busy, forbidden, invalid, notFound } from '../../errors.ts';
import { isSpent, refuseNewWork } from '../budget.ts';
import { findSession } from '../find.ts';
import { accept } from './accept.ts';
import { checkReferences } from './references.ts';
import { route } from './route.ts';
import type { EventInput, sendBody } from './schema.ts';
import { checkSequence } from './sequence.ts';

const MAX_QUEUED = 1000;

/**
 * All or nothing: one bad event and none is kept. The answer comes as soon as the events are on disk, before the
 * agent acts. At most 1,000 wait per session; beyond that the sender is asked to slow down.
 */
export async function sendEvents(
  core: Core,
  { session_id, body }: { session_id: string; body: z.output<typeof sendBody> },
): Promise<object> {
  const inputs = body.events.filter(isOffered);
  refuseToWorkers(core, inputs);
  checkSequence(inputs);
  return await core.serial.run(session_id, async () => {
    const session = await findSession(core, session_id);
    refuseEnded(session.body);
    refuseNewWork(
      session.body,
      inputs.map((input) => input.type),
    );
    await checkReferences(core, session, inputs);
    const queued = await core.store.inbox(session.body.id);
    if (queued.length + inputs.length > MAX_QUEUED) {
      throw busy(`session ${session_id} has ${queued.length} events waiting; at most ${MAX_QUEUED} may wait`, 5);
    }
    const now = core.clock.now();
    const routed = await Promise.all(inputs.map((input) => route(core, session, input, accept(input, now))));
    const events = routed.map(({ event }) => event);
    const kept = await withoutIdleInterrupts(core, session.body, events);
    if (kept.length === 0) return { data: events };
    const input = {
      inbox: routed.filter(({ event }) => kept.includes(event)).flatMap(({ inbox }) => inbox),
      wakes: [session.body.id],
    };
    const puts = await workFor(core, session);
    const committed = await core.store.commit({ ...input, puts });
    // Somebody else has asked for a worker meanwhile: one is enough.
    const sent = !committed.ok && committed.kind === 'open_work' ? await core.store.commit(input) : committed;
    if (!sent.ok) throw notFound('session', session_id);
    return { data: events };
  });
}

/** At a pause for the budget nothing runs that could be stopped: an interrupt is taken, and nothing comes of it. */
async function withoutIdleInterrupts(
  core: Core,
  session: SessionBody & { id: SessionId },
  events: readonly InputEvent[],
): Promise<readonly InputEvent[]> {
  if (session.status !== 'idle' || !isSpent(session.budget, session)) return events;
  const [last] = await core.store.log({
    session: session.id,
    order: 'desc',
    limit: 1,
    types: ['session.status_idle', 'session.status_running'],
  });
  const paused = last?.event.type === 'session.status_idle' && last.event.stop_reason.type === 'budget_reached';
  return paused ? events.filter((event) => event.type !== 'user.interrupt') : events;
}

/** A worker answers calls. What a person says, and above all what a person allows, is not for it to send. */
function refuseToWorkers(core: Core, inputs: readonly EventInput[]): void {
  if (core.credential.kind === 'api_key') return;
  const other = inputs.find(({ type }) => type !== 'user.tool_result' && type !== 'user.custom_tool_result');
  if (other !== undefined) throw forbidden(`a worker may send results of tools, not ${other.type}`);
}

/** The schema lets no `user.define_outcome` through. */
function isOffered(event: z.output<typeof sendBody>['events'][number]): event is EventInput {
  return event.type !== 'user.define_outcome';
}

export function refuseEnded(session: SessionBody): void {
  if (session.archived_at !== null) throw invalid(`session ${session.id} is archived`);
  if (session.status === 'terminated') throw invalid(`session ${session.id} is terminated`);
}
