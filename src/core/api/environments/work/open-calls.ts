/** Calls of a session that only its worker can answer. */
import type { SessionBody } from '../../../documents.ts';
import type { EventOf, SessionEvent } from '../../../events.ts';
import type { SessionId } from '../../../ids.ts';
import type { Core } from '../../core.ts';

/** More than one answer of the model can hold, results included. */
const TAIL = 400;
const TYPES = ['agent.tool_use', 'agent.tool_result', 'user.tool_result'] as const;

/** Whether a call that came after `since` (null: at any time) has no result yet. */
export async function hasCallsSince(core: Core, session: SessionId, since: string | null): Promise<boolean> {
  const doc = await core.store.get<SessionBody>('session', session);
  if (doc === null || doc.archived || doc.body.status === 'terminated') return false;
  const rows = await core.store.log({ session, order: 'desc', limit: TAIL, types: TYPES });
  const open = unanswered(rows.map((row) => row.event));
  return open.some((call) => since === null || (call.processed_at ?? '') > since);
}

function unanswered(tail: readonly SessionEvent[]): EventOf<'agent.tool_use'>[] {
  const answered = new Set(
    tail.map((event) =>
      event.type === 'agent.tool_result' || event.type === 'user.tool_result' ? event.tool_use_id : null,
    ),
  );
  return tail.filter((event) => event.type === 'agent.tool_use').filter((call) => !answered.has(call.id));
}
