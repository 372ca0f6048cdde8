/** Ours: the service has a console for it. */
import { json, type Route } from '../route.ts';
import { createWebhookEndpoint } from './create.ts';
import { deleteWebhookEndpoint } from './delete.ts';
import { listWebhookEndpoints } from './list.ts';
import { retrieveWebhookEndpoint } from './retrieve.ts';
import { rotateWebhookSecret } from './rotate-secret.ts';
import {
  webhookEndpointCreate,
  webhookEndpointListQuery,
  webhookEndpointUpdate,
  webhookSecretRotate,
} from './schema.ts';
import { updateWebhookEndpoint } from './update.ts';

const webhookEndpoint = '/admin/webhook_endpoints/:webhook_endpoint_id';

export const webhookEndpointRoutes: readonly Route[] = [
  json('POST', '/admin/webhook_endpoints', { body: webhookEndpointCreate }, createWebhookEndpoint),
  json('GET', '/admin/webhook_endpoints', { query: webhookEndpointListQuery }, listWebhookEndpoints),
  json('GET', webhookEndpoint, {}, retrieveWebhookEndpoint),
  json('POST', webhookEndpoint, { body: webhookEndpointUpdate }, updateWebhookEndpoint),
  json('DELETE', webhookEndpoint, {}, deleteWebhookEndpoint),
  json('POST', `${webhookEndpoint}/rotate_secret`, { body: webhookSecretRotate }, rotateWebhookSecret),
];
