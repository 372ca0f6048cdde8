/** Which threads an event is for: its copies go to their inboxes, and the one on the session's own log says whose it is. */
import type { InputEvent } from '../../../events.ts';
import type { EventId, SessionId, ThreadId } from '../../../ids.ts';
import type { InboxRow } from '../../../ports/store.ts';
import type { Core } from '../../core.ts';
import type { SessionRow } from '../find.ts';
import { threadsOf } from '../threads/find.ts';
import type { EventInput } from './schema.ts';

export interface Routed {
  event: InputEvent;
  inbox: InboxRow[];
}

/** An interrupt that names no thread is for all of them; an answer is for the thread that made the call. */
export async function route(core: Core, session: SessionRow, input: EventInput, event: InputEvent): Promise<Routed> {
  const own = session.body.id;
  if (session.body.agent.multiagent === null) return { event, inbox: [{ session: own, event }] };
  if (event.type === 'user.interrupt' && !('session_thread_id' in input && input.session_thread_id)) {
    const threads = (await threadsOf(core, own, false)).filter((row) => row.body.agent.type !== 'advisor');
    return { event, inbox: [own, ...threads.map((row) => row.body.id)].map((log) => ({ session: log, event })) };
  }
  const thread = await threadOfInput(core, session, input, event);
  if (thread === null || thread === session.body.hidden.primary_thread) {
    return { event, inbox: [{ session: own, event }] };
  }
  const named = { ...event, session_thread_id: thread };
  return { event: named, inbox: [own, thread].map((log) => ({ session: log, event: named })) };
}

async function threadOfInput(
  core: Core,
  session: SessionRow,
  input: EventInput,
  event: InputEvent,
): Promise<ThreadId | null> {
  switch (event.type) {
    case 'user.interrupt':
      return 'session_thread_id' in input && input.session_thread_id ? asThread(input.session_thread_id) : null;
    case 'user.tool_confirmation':
    case 'user.tool_result':
      return await threadOfUse(core, session.body.id, event.tool_use_id);
    case 'user.custom_tool_result':
      return await threadOfUse(core, session.body.id, event.custom_tool_use_id);
    case 'user.message':
    case 'user.define_outcome':
    case 'system.message':
      return null;
  }
}

async function threadOfUse(core: Core, session: SessionId, id: EventId): Promise<ThreadId | null> {
  const use = await core.store.findEvent(session, id);
  return use !== null && 'session_thread_id' in use ? (use.session_thread_id ?? null) : null;
}

/** The checks before have found the thread this names. */
function asThread(text: string): ThreadId {
  return text as ThreadId;
}
