import type { AgentBody } from '../../documents.ts';
import { type Core, changedDoc, find, isoTime, untilFresh } from '../core.ts';
import { archivedPut, deploymentsOf } from '../deployments/archive.ts';

/** New sessions are refused from now on and its deployments are archived; sessions go on. A second call changes nothing. */
export async function archiveAgent(core: Core, { agent_id }: { agent_id: string }): Promise<AgentBody> {
  return await untilFresh(async () => {
    const row = await find<AgentBody>(core, 'agent', agent_id);
    if (row.archived) return { done: row.body };
    const now = isoTime(core.clock.now());
    const body = { ...row.body, archived_at: now };
    const deployments = await deploymentsOf(core, agent_id);
    const committed = await core.store.commit({
      forgets: deployments.length > 0,
      puts: [
        { doc: changedDoc(row, body, true), expect: row.revision },
        ...deployments.map((deployment) => archivedPut(deployment, now)),
      ],
    });
    return committed.ok ? { done: body } : 'stale';
  });
}
