import type { AgentBody } from '../../../documents.ts';
import { type Core, find } from '../../core.ts';
import { listPage } from '../../page.ts';

/** Every version as a full agent, newest first. An archive is of the agent, so each version shows it. */
export async function listAgentVersions(
  core: Core,
  { agent_id, query }: { agent_id: string; query: { limit: number; page?: string | undefined } },
): Promise<object> {
  const agent = await find<AgentBody>(core, 'agent', agent_id);
  const { data, next_page } = await listPage<AgentBody>(
    core.store,
    {
      kind: 'agent_version',
      workspace: core.workspace,
      parent: agent_id,
      order: 'desc',
      limit: query.limit,
      includeArchived: true,
    },
    query.page,
  );
  return { data: data.map((row) => ({ ...row.body, archived_at: agent.body.archived_at })), next_page };
}
