import type { AgentBody } from '../../documents.ts';
import { type Core, find } from '../core.ts';
import { notFound } from '../errors.ts';
import { versionId } from './versions/doc.ts';

/** The latest version, or the exact snapshot of the one asked for. */
export async function retrieveAgent(
  core: Core,
  { agent_id, query }: { agent_id: string; query: { version?: number | undefined } },
): Promise<AgentBody> {
  const agent = await find<AgentBody>(core, 'agent', agent_id);
  if (query.version === undefined || query.version === agent.body.version) return agent.body;
  const snapshot = await core.store.get<AgentBody>('agent_version', versionId(agent_id, query.version));
  if (snapshot === null) throw notFound('agent version', versionId(agent_id, query.version));
  return { ...snapshot.body, archived_at: agent.body.archived_at };
}
