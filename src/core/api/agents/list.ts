import type { z } from 'zod';
import type { AgentBody } from '../../documents.ts';
import type { Core } from '../core.ts';
import { listDocuments } from '../list-documents.ts';
import type { agentListQuery } from './schema.ts';

/** Newest first, each at its latest version. */
export async function listAgents(core: Core, { query }: { query: z.output<typeof agentListQuery> }): Promise<object> {
  return await listDocuments<AgentBody>(core, query, { kind: 'agent' });
}
