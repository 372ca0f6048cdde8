/** Where one tool use stands: whether it exists, and whether its result is written or on its way. */
import type { SessionBody } from '../../../documents.ts';
import type { SessionEvent } from '../../../events.ts';
import type { EventId, SessionId } from '../../../ids.ts';
import type { Store } from '../../../ports/store.ts';

export interface Standing {
  use: SessionEvent | null;
  settled: boolean;
}

const USES = ['agent.tool_use', 'agent.mcp_tool_use', 'agent.custom_tool_use'];
const RESULTS = ['agent.tool_result', 'agent.mcp_tool_result', 'user.tool_result', 'user.custom_tool_result'];
const STEP = 200;

export async function standing(store: Store, session: SessionBody, id: string): Promise<Standing> {
  const use = await store.findEvent(asSession(session.id), asEvent(id));
  if (use === null || !USES.includes(use.type)) return { use: null, settled: false };
  const waiting = await store.inbox(asSession(session.id));
  if (waiting.some((row) => answers(row.event, id))) return { use, settled: true };
  return { use, settled: await isAnswered(store, asSession(session.id), id) };
}

/** A result stands after its use, so the search runs backwards and ends at the use. */
async function isAnswered(store: Store, session: SessionId, id: string): Promise<boolean> {
  let after: number | undefined;
  for (;;) {
    const rows = await store.log({
      session,
      order: 'desc',
      limit: STEP,
      types: [...USES, ...RESULTS],
      ...(after === undefined ? {} : { after }),
    });
    for (const row of rows) {
      if (answers(row.event, id)) return true;
      if (row.event.id === id) return false;
    }
    after = rows.at(-1)?.seq;
    if (rows.length < STEP) return false;
  }
}

function answers(event: SessionEvent, id: string): boolean {
  if (event.type === 'agent.mcp_tool_result') return event.mcp_tool_use_id === id;
  if (event.type === 'user.custom_tool_result') return event.custom_tool_use_id === id;
  return (event.type === 'agent.tool_result' || event.type === 'user.tool_result') && event.tool_use_id === id;
}

/** Ids in documents of the server were minted by it. */
function asSession(id: string): SessionId {
  return id as SessionId;
}

/** Only looked up: what is no event id is not found. */
function asEvent(id: string): EventId {
  return id as EventId;
}
