import type { z } from 'zod';
import { type Core, shown } from '../core.ts';
import { listPage } from '../page.ts';
import type { WebhookEndpointBody } from '../webhooks/body.ts';
import type { webhookEndpointListQuery } from './schema.ts';

export async function listWebhookEndpoints(
  core: Core,
  { query }: { query: z.output<typeof webhookEndpointListQuery> },
): Promise<object> {
  const { data, next_page } = await listPage<WebhookEndpointBody>(
    core.store,
    {
      kind: 'webhook_endpoint',
      workspace: core.workspace,
      order: 'desc',
      limit: query.limit,
      includeArchived: false,
    },
    query.page,
  );
  return { data: data.map((row) => shown(row.body)), next_page };
}
