import type { z } from 'zod';
import type { Core } from '../core.ts';
import { listPage } from '../page.ts';
import { timeRange } from '../query.ts';
import type { DeploymentBody } from './body.ts';
import type { deploymentListQuery } from './schema.ts';
import { deploymentWire } from './wire.ts';

export async function listDeployments(
  core: Core,
  { query }: { query: z.output<typeof deploymentListQuery> },
): Promise<object> {
  const created = timeRange(query);
  const { data, next_page } = await listPage<DeploymentBody>(
    core.store,
    {
      kind: 'deployment',
      workspace: core.workspace,
      order: 'desc',
      limit: query.limit,
      includeArchived: query.include_archived ?? false,
      where: {
        ...(query.agent_id === undefined ? {} : { 'agent.id': query.agent_id }),
        ...(query.status === undefined ? {} : { status: query.status }),
      },
      ...(created === null ? {} : { createdAt: created }),
    },
    query.page,
  );
  return { data: data.map((row) => deploymentWire(core, row.body)), next_page };
}
