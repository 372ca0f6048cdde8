import type { z } from 'zod';
import type { SessionBody } from '../../../documents.ts';
import type { InputEvent } from '../../../events.ts';
import type { SessionId } from '../../../ids.ts';
import type { InboxRow } from '../../../ports/store.ts';
import type { Core } from '../../core.ts';
import { workFor } from '../../environments/work/of-session.ts';
import { busy, forbidden, invalid, notFound } from '../../errors.ts';
import { isSpent, refuseNewWork } from '../budget.ts';
import { findSession, logNamed } from '../find.ts';
import { isWaking, restedWith } from '../rest.ts';
import { accept } from './accept.ts';
import { checkReferences } from './references.ts';
import { route } from './route.ts';
import { withRubrics } from './rubric.ts';
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
  const inputs = await withRubrics(core, body.events);
  refuseToWorkers(core, inputs);
  checkSequence(inputs);
  return await core.serial.run(session_id, async () => {
    // Both at once; what is read of a session that is not the caller's is dropped.
    const [session, queued] = await Promise.all([
      findSession(core, session_id),
      core.store.inbox(logNamed(session_id)),
    ]);
    refuseEnded(session.body);
    refuseNewWork(
      session.body,
      inputs.map((input) => input.type),
    );
    await checkReferences(core, session, inputs);
    if (queued.length + inputs.length > MAX_QUEUED) {
      throw busy(`session ${session_id} has ${queued.length} events waiting; at most ${MAX_QUEUED} may wait`, 5);
    }
    refuseSecondOutcome(session.body, queued, inputs);
    await refuseWordBetween(core, session.body, queued, inputs);
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
  const paused = (await restedWith(core, session.id))?.type === 'budget_reached';
  return paused ? events.filter((event) => event.type !== 'user.interrupt') : events;
}

/** While calls wait for their answers, a system message comes with one of these. */
async function refuseWordBetween(
  core: Core,
  session: SessionBody & { id: SessionId },
  queued: readonly InboxRow[],
  inputs: readonly EventInput[],
): Promise<void> {
  const [before, last] = inputs.slice(-2).map(({ type }) => type);
  if (last !== 'system.message' || before !== 'user.message' || session.status !== 'idle') return;
  if (inputs.some(({ type }) => type === 'user.interrupt') || (await isWaking(core, session, queued))) return;
  if ((await restedWith(core, session.id))?.type !== 'requires_action') return;
  throw invalid(`events.${inputs.length - 1}: while calls wait, system.message must directly follow a tool result`);
}

/** A worker answers calls. What a person says, and above all what a person allows, is not for it to send. */
function refuseToWorkers(core: Core, inputs: readonly EventInput[]): void {
  if (core.credential.kind === 'api_key') return;
  const other = inputs.find(({ type }) => type !== 'user.tool_result' && type !== 'user.custom_tool_result');
  if (other !== undefined) throw forbidden(`a worker may send results of tools, not ${other.type}`);
}

/** One outcome at a time: the next may come when this one has ended. */
function refuseSecondOutcome(session: SessionBody, queued: readonly InboxRow[], inputs: readonly EventInput[]): void {
  const given = inputs.filter((input) => input.type === 'user.define_outcome').length;
  if (given === 0) return;
  const waiting = queued.some((row) => row.event.type === 'user.define_outcome');
  const active = session.outcome_evaluations.some((one) => one.completed_at === null);
  if (given > 1 || waiting || active) {
    throw invalid('user.define_outcome: an outcome is active; interrupt it or wait until it has ended');
  }
}

export function refuseEnded(session: SessionBody): void {
  if (session.archived_at !== null) throw invalid(`session ${session.id} is archived`);
  if (session.status === 'terminated') throw invalid(`session ${session.id} is terminated`);
}
