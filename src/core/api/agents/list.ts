import type { z } from 'zod';
import type { AgentBody } from '../../documents.ts';
import type { Core } from '../core.ts';
import { listPage } from '../page.ts';
import { timeRange } from '../query.ts';
import type { agentListQuery } from './schema.ts';

/** Newest first, each at its latest version. */
export async function listAgents(core: Core, { query }: { query: z.output<typeof agentListQuery> }): Promise<object> {
  const created = timeRange(query);
  const { data, next_page } = await listPage<AgentBody>(
    core.store,
    {
      kind: 'agent',
      workspace: core.workspace,
      order: 'desc',
      limit: query.limit,
      includeArchived: query.include_archived ?? false,
      ...(created === null ? {} : { createdAt: created }),
    },
    query.page,
  );
  return { data: data.map((row) => row.body), next_page };
}
