import type { z } from 'zod';
import type { Core } from '../core.ts';
import { listDocuments } from '../list-documents.ts';
import type { DeploymentBody } from './body.ts';
import type { deploymentListQuery } from './schema.ts';
import { deploymentWire } from './wire.ts';

export async function listDeployments(
  core: Core,
  { query }: { query: z.output<typeof deploymentListQuery> },
): Promise<object> {
  return await listDocuments<DeploymentBody>(
    core,
    query,
    {
      kind: 'deployment',
      where: {
        ...(query.agent_id === undefined ? {} : { 'agent.id': query.agent_id }),
        ...(query.status === undefined ? {} : { status: query.status }),
      },
    },
    (body) => deploymentWire(core, body),
  );
}
