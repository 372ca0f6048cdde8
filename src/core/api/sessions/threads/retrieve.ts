import type { Core } from '../../core.ts';
import { findThread, type ThreadPlace } from './find.ts';
import { otherThread, primaryThread } from './thread.ts';

export async function retrieveThread(core: Core, place: ThreadPlace): Promise<object> {
  const { session, thread } = await findThread(core, place);
  const now = core.clock.now();
  return thread === null ? primaryThread(session.body, now) : otherThread(session.body, thread.body, now);
}
