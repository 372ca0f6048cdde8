import type { AgentBody } from '../../documents.ts';
import { type Core, changedDoc, find, isoTime, untilFresh } from '../core.ts';

/** New sessions are refused from now on, existing ones go on. A second call changes nothing. */
export async function archiveAgent(core: Core, { agent_id }: { agent_id: string }): Promise<AgentBody> {
  return await untilFresh(async () => {
    const row = await find<AgentBody>(core, 'agent', agent_id);
    if (row.archived) return { done: row.body };
    const body = { ...row.body, archived_at: isoTime(core.clock.now()) };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, body, true), expect: row.revision }] });
    return committed.ok ? { done: body } : 'stale';
  });
}
