/** An agent after an update: pure, so that "nothing changed" can be seen before anything is written. */
import { isDeepStrictEqual } from 'node:util';
import type { AgentBody, SkillRef } from '../../documents.ts';
import { patchMetadata } from '../metadata.ts';
import { resolveModel } from './model.ts';
import type { AgentUpdate } from './schema.ts';
import { resolveTools } from './tools.ts';

/** Omitted keeps, null clears, lists are replaced whole, metadata is patched. Version and times are not touched. */
export function mergeAgent(current: AgentBody, change: AgentUpdate): AgentBody {
  return {
    ...current,
    name: change.name ?? current.name,
    model: change.model === undefined ? current.model : resolveModel(change.model, current.model),
    description: change.description === undefined ? current.description : change.description || null,
    system: change.system === undefined ? current.system : change.system || null,
    tools: change.tools === undefined ? current.tools : resolveTools(change.tools ?? []),
    mcp_servers: change.mcp_servers === undefined ? current.mcp_servers : (change.mcp_servers ?? []),
    skills: change.skills === undefined ? current.skills : skillRefs(change.skills),
    metadata: patchMetadata(current.metadata, change.metadata),
    execution_identity:
      change.execution_identity === undefined
        ? current.execution_identity
        : (change.execution_identity ?? { type: 'service_account' }),
  };
}

export function sameAgent(a: AgentBody, b: AgentBody): boolean {
  return isDeepStrictEqual(a, b);
}

/** An omitted version stays the word `latest` and is looked up when a session is made. */
export function skillRefs(skills: AgentUpdate['skills']): SkillRef[] {
  return (skills ?? []).map(({ type, skill_id, version }) => ({ type, skill_id, version: version ?? 'latest' }));
}
