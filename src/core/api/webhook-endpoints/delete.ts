import type { Core } from '../core.ts';
import { removeUnder } from '../remove-under.ts';
import { type EndpointPlace, findEndpoint } from './find.ts';

/** With what was waiting for it. A request that is under way is not called back. */
export async function deleteWebhookEndpoint(core: Core, place: EndpointPlace): Promise<object> {
  const { id } = await findEndpoint(core, place);
  await core.store.commit({ removes: [{ kind: 'webhook_endpoint', id }] });
  await removeUnder(core, 'webhook_delivery', id);
  return { id, type: 'webhook_endpoint_deleted' };
}
