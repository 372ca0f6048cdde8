/** What stands beside the work of agents: models, people, ways in and out, keys. */
import { z } from 'zod';
import { WEBHOOK_TYPES } from '../../webhooks/types.ts';
import { id, maybeText, maybeTime, metadata, text, time } from './parts.ts';

export const model = z.object({
  id: text,
  type: z.literal('model'),
  display_name: text,
  created_at: text,
  lifecycle: z.literal('active'),
  line: z.null(),
  max_input_tokens: z.null(),
  max_tokens: z.null(),
  capabilities: z.null(),
  allowed_fallback_models: z.null(),
  deprecated_at: z.null(),
  retires_at: z.null(),
});
export const modelList = z.object({
  data: z.array(model),
  has_more: z.boolean(),
  first_id: maybeText,
  last_id: maybeText,
});

export const tunnel = z.object({
  id: id('tnl'),
  type: z.literal('tunnel'),
  display_name: maybeText,
  domain: text,
  created_at: time,
  archived_at: maybeTime,
});
export const tunnelToken = z.object({ id: id('ttok'), type: z.literal('tunnel_token'), tunnel_token: text });
export const certificate = z.object({
  id: id('tcrt'),
  type: z.literal('tunnel_certificate'),
  tunnel_id: id('tnl'),
  fingerprint: text,
  expires_at: maybeTime,
  created_at: time,
  archived_at: maybeTime,
});

export const userProfile = z.object({
  id: id('uprof'),
  type: z.literal('user_profile'),
  name: maybeText,
  access_type: z.enum(['application', 'passthrough']),
  metadata,
  trust_grants: z.record(z.string(), z.never()),
  external_id: maybeText,
  external_user_onboarded_at: maybeTime,
  created_at: time,
  updated_at: time,
});
/** A way in for a person, for a day. */
export const profileUrl = z.object({
  type: z.enum(['enrollment_url', 'user_profile_action_url']),
  url: text,
  expires_at: time,
});

export const webhookEndpoint = z.object({
  id: id('whep'),
  type: z.literal('webhook_endpoint'),
  url: text,
  description: maybeText,
  event_types: z.array(z.enum(WEBHOOK_TYPES)),
  status: z.enum(['enabled', 'disabled']),
  disabled_reason: z.enum(['manual', 'redirect', 'address_not_public', 'failures']).nullable(),
  last_failure: z.object({ at: time, reason: text }).nullable(),
  created_at: time,
  updated_at: time,
});
/** The one answer that shows what deliveries are signed with. */
export const webhookEndpointSecret = webhookEndpoint.extend({ signing_secret: text });

export const workspace = z.object({
  id: id('wrkspc'),
  type: z.literal('workspace'),
  name: text,
  created_at: time,
  archived_at: maybeTime,
});
/** `key` is in the answer that made it and in no other. */
export const apiKey = z.object({
  id: id('apikey'),
  type: z.literal('api_key'),
  name: text,
  workspace_id: id('wrkspc'),
  scope: z.enum(['read', 'write', 'admin']),
  created_at: time,
  expires_at: maybeTime,
  rotated_at: maybeTime,
  revoked_at: maybeTime,
  key: maybeText,
});
