/** Endpoints of webhooks as our own administration takes them. */
import { z } from 'zod';
import { limit, page } from '../query.ts';
import { WEBHOOK_TYPES } from '../webhooks/types.ts';

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).max(2048);
const description = z.string().max(512);
const eventTypes = z.array(z.enum(WEBHOOK_TYPES)).max(WEBHOOK_TYPES.length);

/** Without `event_types`, or with none, everything is sent. */
export const webhookEndpointCreate = z.object({
  url,
  description: description.nullish(),
  event_types: eventTypes.nullish(),
});
export type WebhookEndpointCreate = z.output<typeof webhookEndpointCreate>;

export const webhookEndpointUpdate = z.object({
  url: url.optional(),
  description: description.nullish(),
  event_types: eventTypes.nullish(),
  status: z.enum(['enabled', 'disabled']).optional(),
});
export type WebhookEndpointUpdate = z.output<typeof webhookEndpointUpdate>;

/** How long the old secret goes on signing beside the new one. */
export const webhookSecretRotate = z.object({ grace_seconds: z.number().int().min(0).max(604_800).optional() });
export type WebhookSecretRotate = z.output<typeof webhookSecretRotate>;

export const webhookEndpointListQuery = z.object({ limit: limit(20, 100), page });
