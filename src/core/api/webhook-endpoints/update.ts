import { updateDocument } from '../change-document.ts';
import { type Core, shown } from '../core.ts';
import type { WebhookEndpointBody } from '../webhooks/body.ts';
import { checkEndpointUrl, type EndpointPlace, findEndpoint } from './find.ts';
import type { WebhookEndpointUpdate } from './schema.ts';

/** Switching it on again forgets the failures that switched it off; what was given up meanwhile is not sent again. */
export async function updateWebhookEndpoint(
  core: Core,
  { body, ...place }: EndpointPlace & { body: WebhookEndpointUpdate },
): Promise<object> {
  const url = body.url === undefined ? null : checkEndpointUrl(core, body.url);
  const read = () => findEndpoint(core, place);
  const endpoint = await updateDocument<WebhookEndpointBody>(core, read, ({ body: current }) => ({
    ...current,
    url: url ?? current.url,
    description: body.description === undefined ? current.description : body.description,
    event_types: body.event_types === undefined ? current.event_types : [...new Set(body.event_types ?? [])],
    ...switched(current, body.status),
  }));
  return shown(endpoint);
}

function switched(
  { status, hidden }: WebhookEndpointBody,
  wanted: WebhookEndpointUpdate['status'],
): Partial<WebhookEndpointBody> {
  if (wanted === undefined || wanted === status) return {};
  return wanted === 'disabled'
    ? { status: 'disabled', disabled_reason: 'manual' }
    : { status: 'enabled', disabled_reason: null, hidden: { ...hidden, failures: 0 } };
}
