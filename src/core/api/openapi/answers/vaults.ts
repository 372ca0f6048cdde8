import { z } from 'zod';
import { id, life, maybeText, metadata, only, text, time } from './parts.ts';

export const vault = z.object({ id: id('vlt'), type: z.literal('vault'), display_name: text, metadata, ...life });

const refresh = z.object({
  client_id: text,
  token_endpoint: text,
  token_endpoint_auth: z.object({ type: z.enum(['none', 'client_secret_basic', 'client_secret_post']) }),
  resource: maybeText,
  scope: maybeText,
});
/** Secrets are taken and never given back. */
export const credential = z.object({
  id: id('vcrd'),
  type: z.literal('vault_credential'),
  vault_id: id('vlt'),
  display_name: maybeText,
  auth: z.discriminatedUnion('type', [
    z.object({ type: z.literal('static_bearer'), mcp_server_url: text }),
    z.object({
      type: z.literal('mcp_oauth'),
      mcp_server_url: text,
      expires_at: maybeText,
      refresh: refresh.nullable(),
    }),
    z.object({
      type: z.literal('environment_variable'),
      secret_name: text,
      networking: z.discriminatedUnion('type', [
        only('unrestricted'),
        z.object({ type: z.literal('limited'), allowed_hosts: z.array(text) }),
      ]),
      injection_location: z.object({ header: z.boolean(), body: z.boolean() }),
    }),
  ]),
  metadata,
  ...life,
});

const answer = z
  .object({ status_code: z.number().int(), content_type: text, body: text, body_truncated: z.boolean() })
  .nullable();
/** What the service behind a credential said to it. */
export const validation = z.object({
  type: z.literal('vault_credential_validation'),
  credential_id: id('vcrd'),
  vault_id: id('vlt'),
  validated_at: time,
  has_refresh_token: z.boolean(),
  status: z.enum(['valid', 'invalid', 'unknown']),
  mcp_probe: z.object({ method: text, http_response: answer }).nullable(),
  refresh: z
    .object({ status: z.enum(['succeeded', 'failed', 'connect_error', 'no_refresh_token']), http_response: answer })
    .nullable(),
});
