import type { DocRow } from '../../ports/store.ts';
import { type Core, find } from '../core.ts';
import { invalid } from '../errors.ts';
import type { WebhookEndpointBody } from '../webhooks/body.ts';

export interface EndpointPlace {
  webhook_endpoint_id: string;
}

export async function findEndpoint(
  core: Core,
  { webhook_endpoint_id }: EndpointPlace,
): Promise<DocRow<WebhookEndpointBody>> {
  return await find<WebhookEndpointBody>(core, 'webhook_endpoint', webhook_endpoint_id);
}

/** HTTPS on its own port and no password in it, except for hosts that the operator named. */
export function checkEndpointUrl(core: Core, text: string): string {
  if (core.outbound.isNamed(text)) return text;
  const { protocol, port, username, password } = new URL(text);
  if (protocol !== 'https:' || port !== '') {
    throw invalid('url: must begin with https:// and use port 443; name the host in the settings to allow another');
  }
  if (username !== '' || password !== '') throw invalid('url: must not hold a user name or a password');
  return text;
}
