import type { z } from 'zod';
import { type Core, shown } from '../core.ts';
import { listDocuments } from '../list-documents.ts';
import type { WebhookEndpointBody } from '../webhooks/body.ts';
import type { webhookEndpointListQuery } from './schema.ts';

export async function listWebhookEndpoints(
  core: Core,
  { query }: { query: z.output<typeof webhookEndpointListQuery> },
): Promise<object> {
  return await listDocuments<WebhookEndpointBody>(
    core,
    query,
    { kind: 'webhook_endpoint', includeArchived: false },
    shown,
  );
}
