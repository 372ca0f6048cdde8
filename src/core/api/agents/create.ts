import type { AgentBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import { type Core, isoTime, newDoc } from '../core.ts';
import { checkMetadata } from '../metadata.ts';
import { checkCoherence, refuseReserved } from './coherence.ts';
import { skillRefs } from './merge.ts';
import { resolveModel } from './model.ts';
import { givenMultiagent, resolveMultiagent } from './multiagent.ts';
import type { AgentCreate } from './schema.ts';
import { pinSkills } from './skill-versions.ts';
import { resolveTools } from './tools.ts';
import { versionDoc } from './versions/doc.ts';

export async function createAgent(core: Core, { body }: { body: AgentCreate }): Promise<AgentBody> {
  const now = core.clock.now();
  const agent: AgentBody = {
    id: mint('agent', now),
    type: 'agent',
    version: 1,
    name: body.name,
    description: body.description || null,
    system: body.system || null,
    model: resolveModel(body.model, null),
    tools: resolveTools(body.tools ?? []),
    mcp_servers: body.mcp_servers ?? [],
    skills: skillRefs(body.skills),
    multiagent: null,
    execution_identity: body.execution_identity ?? { type: 'service_account' },
    metadata: checkMetadata(body.metadata ?? {}),
    created_at: isoTime(now),
    updated_at: isoTime(now),
    archived_at: null,
  };
  checkCoherence(agent);
  agent.multiagent = await resolveMultiagent(core, agent, givenMultiagent(body) ?? null, null);
  refuseReserved(agent);
  await pinSkills(core, agent.skills);
  await core.store.commit({
    puts: [
      { doc: newDoc(core, 'agent', agent.id, agent, { createdAt: now }), expect: 0 },
      { doc: versionDoc(core, agent, now), expect: 0 },
    ],
  });
  return agent;
}
