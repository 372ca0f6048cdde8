/** Versions of an agent are documents of their own, under the agent, never changed once written. */
import type { AgentBody } from '../../../documents.ts';
import type { Doc } from '../../../ports/store.ts';
import { type Core, newDoc } from '../../core.ts';

export function versionId(agent: string, version: number): string {
  return `${agent}@${version}`;
}

export function versionDoc(core: Core, agent: AgentBody, createdAt: number): Omit<Doc, 'revision'> {
  return newDoc(core, 'agent_version', versionId(agent.id, agent.version), agent, { parent: agent.id, createdAt });
}
