import { z } from 'zod';
import { type Core, shown } from '../core.ts';
import type { DeploymentRunBody } from '../deployments/body.ts';
import { listDocuments } from '../list-documents.ts';
import { createdAtRange, flag, limit, one, page } from '../query.ts';

export const deploymentRunListQuery = z.object({
  limit: limit(20, 1000),
  page,
  deployment_id: one.optional(),
  has_error: flag.optional(),
  trigger_type: one.pipe(z.enum(['schedule', 'manual'])).optional(),
  ...createdAtRange,
});

/** Newest first; a deployment that does not exist has none. */
export async function listDeploymentRuns(
  core: Core,
  { query }: { query: z.output<typeof deploymentRunListQuery> },
): Promise<object> {
  return await listDocuments<DeploymentRunBody>(
    core,
    query,
    {
      kind: 'deployment_run',
      includeArchived: true,
      ...(query.deployment_id === undefined ? {} : { parent: query.deployment_id }),
      where: {
        ...(query.has_error === undefined ? {} : { 'hidden.failed': query.has_error ? 1 : 0 }),
        ...(query.trigger_type === undefined ? {} : { 'trigger_context.type': query.trigger_type }),
      },
    },
    shown,
  );
}
