import type { AgentBody } from '../../../documents.ts';
import { type Core, find } from '../../core.ts';
import { listDocuments } from '../../list-documents.ts';

/** Every version as a full agent, newest first. An archive is of the agent, so each version shows it. */
export async function listAgentVersions(
  core: Core,
  { agent_id, query }: { agent_id: string; query: { limit: number; page?: string | undefined } },
): Promise<object> {
  const agent = await find<AgentBody>(core, 'agent', agent_id);
  return await listDocuments<AgentBody>(
    core,
    query,
    { kind: 'agent_version', parent: agent_id, includeArchived: true },
    (body) => ({ ...body, archived_at: agent.body.archived_at }),
  );
}
