import { type Core, shown } from '../core.ts';
import { type EndpointPlace, findEndpoint } from './find.ts';

export async function retrieveWebhookEndpoint(core: Core, place: EndpointPlace): Promise<object> {
  return shown((await findEndpoint(core, place)).body);
}
