import type { Core } from '../../core.ts';
import { notFound } from '../../errors.ts';
import { findSession } from '../find.ts';
import { primaryThread } from './thread.ts';

export async function retrieveThread(
  core: Core,
  { session_id, thread_id }: { session_id: string; thread_id: string },
): Promise<object> {
  const { body } = await findSession(core, session_id);
  if (body.hidden.primary_thread !== thread_id) throw notFound('thread', thread_id);
  return primaryThread(body, core.clock.now());
}
