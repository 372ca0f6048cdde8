import type { Core } from '../core.ts';
import { findSession, logNamed } from './find.ts';
import { isWaking } from './rest.ts';
import { sessionWire } from './wire.ts';

/** Input that was accepted and not taken up yet makes it `running` already: who sends and then asks sees the work begun. */
export async function retrieveSession(core: Core, { session_id }: { session_id: string }): Promise<object> {
  // The inbox first: what leaves it meanwhile has made the session run.
  const queued = await core.store.inbox(logNamed(session_id));
  const { body } = await findSession(core, session_id);
  return await sessionWire(core, (await isWaking(core, body, queued)) ? { ...body, status: 'running' } : body);
}
