import type { z } from 'zod';
import type { SessionBody } from '../../../documents.ts';
import type { Core } from '../../core.ts';
import { busy, invalid, notFound } from '../../errors.ts';
import { findSession } from '../find.ts';
import { accept } from './accept.ts';
import { checkReferences } from './references.ts';
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
  checkSequence(inputs);
  return await core.serial.run(session_id, async () => {
    const session = await findSession(core, session_id);
    refuseEnded(session.body);
    await checkReferences(core, session, inputs);
    const queued = await core.store.inbox(session.body.id);
    if (queued.length + inputs.length > MAX_QUEUED) {
      throw busy(`session ${session_id} has ${queued.length} events waiting; at most ${MAX_QUEUED} may wait`, 5);
    }
    const now = core.clock.now();
    const events = inputs.map((input) => accept(input, now));
    const committed = await core.store.commit({
      inbox: events.map((event) => ({ session: session.body.id, event })),
      wakes: [session.body.id],
    });
    if (!committed.ok) throw notFound('session', session_id);
    return { data: events };
  });
}

/** The schema lets no `user.define_outcome` through. */
function isOffered(event: z.output<typeof sendBody>['events'][number]): event is EventInput {
  return event.type !== 'user.define_outcome';
}

export function refuseEnded(session: SessionBody): void {
  if (session.archived_at !== null) throw invalid(`session ${session.id} is archived`);
  if (session.status === 'terminated') throw invalid(`session ${session.id} is terminated`);
}
