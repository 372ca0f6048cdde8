import { mint } from '../../../ids.ts';
import { type ThreadBody, threadName } from '../../../threads.ts';
import { type Core, changedDoc, isoTime, untilFresh } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { findThread, type ThreadPlace } from './find.ts';
import { otherThread } from './thread.ts';

/** For good, and another may take its place. Also while it waits for the client; a second call changes nothing. */
export async function archiveThread(core: Core, place: ThreadPlace): Promise<object> {
  return await untilFresh(async () => {
    const { session, thread } = await findThread(core, place);
    if (thread === null) {
      throw invalid(`thread ${place.thread_id} is the primary thread; archive session ${place.session_id} instead`);
    }
    const now = core.clock.now();
    if (thread.archived) return { done: otherThread(session.body, thread.body, now) };
    if (thread.body.status !== 'idle') {
      throw invalid(`thread ${thread.id} is ${thread.body.status}; interrupt it and wait until it is idle`);
    }
    const body: ThreadBody = {
      ...thread.body,
      status: 'terminated',
      updated_at: isoTime(now),
      archived_at: isoTime(now),
    };
    const event = {
      id: mint('sevt', now),
      type: 'session.thread_status_terminated' as const,
      processed_at: isoTime(now),
      session_thread_id: body.id,
      agent_name: threadName(body.agent),
    };
    const ended = session.body.status === 'terminated';
    const committed = await core.store.commit({
      puts: [{ doc: changedDoc(thread, body, true), expect: thread.revision }],
      append: [
        ...(ended ? [] : [{ session: session.body.id, rows: [{ event }] }]),
        { session: body.id, rows: [{ event }] },
      ],
      // What the session waited for may have been a call of this thread.
      wakes: ended ? [] : [session.body.id],
    });
    return committed.ok ? { done: otherThread(session.body, body, now) } : 'stale';
  });
}
