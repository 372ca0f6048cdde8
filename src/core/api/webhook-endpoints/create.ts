import { mint } from '../../ids.ts';
import { type Core, isoTime, newDoc, shown } from '../core.ts';
import { invalid } from '../errors.ts';
import type { WebhookEndpointBody } from '../webhooks/body.ts';
import { MOST_ENDPOINTS } from '../webhooks/directory.ts';
import { newKey } from '../webhooks/keys.ts';
import { checkEndpointUrl } from './find.ts';
import type { WebhookEndpointCreate } from './schema.ts';

/** The only answer that shows the signing secret. */
export async function createWebhookEndpoint(core: Core, { body }: { body: WebhookEndpointCreate }): Promise<object> {
  const url = checkEndpointUrl(core, body.url);
  return await core.serial.run('webhook_endpoints', async () => {
    await refuseTooMany(core);
    const now = core.clock.now();
    const id = mint('whep', now);
    const { secret, key } = await newKey(core, { id }, 1);
    const endpoint: WebhookEndpointBody = {
      id,
      type: 'webhook_endpoint',
      url,
      description: body.description ?? null,
      event_types: [...new Set(body.event_types ?? [])],
      status: 'enabled',
      disabled_reason: null,
      last_failure: null,
      created_at: isoTime(now),
      updated_at: isoTime(now),
      hidden: { failures: 0, keys: [key] },
    };
    await core.store.commit({
      puts: [{ doc: newDoc(core, 'webhook_endpoint', id, endpoint, { createdAt: now }), expect: 0 }],
    });
    return { ...shown(endpoint), signing_secret: secret };
  });
}

async function refuseTooMany(core: Core): Promise<void> {
  const most = MOST_ENDPOINTS;
  const query = { kind: 'webhook_endpoint' as const, workspace: core.workspace, order: 'asc' as const, limit: most };
  const rows = await core.store.list({ ...query, includeArchived: true });
  if (rows.length >= most) throw invalid(`there are ${most} webhook endpoints, which is the most; delete one first`);
}
