/** Credentials as the wire takes them. What is write-only is read here and nowhere given back. */
import { z } from 'zod';
import { metadata, metadataPatch } from '../../metadata.ts';
import { flag, limit, page } from '../../query.ts';

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).max(2047);
/** Goes into a header: a line break in it would be one there. */
const token = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u, { error: 'must not contain control characters' });
const hostPattern = /^(\*\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
const host = z.string().max(253).regex(hostPattern, {
  error: 'must be a bare host name, an IPv4 address or a *. pattern, without scheme, port or path',
});
const networking = z.discriminatedUnion('type', [
  z.object({ type: z.literal('unrestricted') }),
  z.object({ type: z.literal('limited'), allowed_hosts: z.array(host).min(1) }),
]);
export type NetworkingInput = z.output<typeof networking>;
const location = z.object({ header: z.boolean().optional(), body: z.boolean().optional() });
export type LocationInput = z.output<typeof location>;
const expiry = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time' });
const scope = z.string().max(8192);
const clientSecret = token(512);
const fixed = z.undefined({ error: 'cannot be changed; make another credential instead' }).optional();

const refresh = z.object({
  client_id: z.string().min(1).max(1024),
  refresh_token: token(4096),
  token_endpoint: url,
  token_endpoint_auth: z.discriminatedUnion('type', [
    z.object({ type: z.literal('none') }),
    z.object({ type: z.literal('client_secret_basic'), client_secret: clientSecret }),
    z.object({ type: z.literal('client_secret_post'), client_secret: clientSecret }),
  ]),
  resource: z.string().max(2047).nullish(),
  scope: scope.nullish(),
});

const authCreate = z.discriminatedUnion('type', [
  z.object({ type: z.literal('static_bearer'), mcp_server_url: url, token: token(8192) }),
  z.object({
    type: z.literal('mcp_oauth'),
    mcp_server_url: url,
    access_token: token(8192),
    expires_at: expiry.nullish(),
    refresh: refresh.nullish(),
  }),
  z.object({
    type: z.literal('environment_variable'),
    secret_name: z
      .string()
      .max(255)
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'must be the name of an environment variable' }),
    secret_value: z.string().min(1).max(65_536),
    networking,
    injection_location: location.optional(),
  }),
]);
export type AuthCreate = z.output<typeof authCreate>;

const authUpdate = z.discriminatedUnion('type', [
  z.object({ type: z.literal('static_bearer'), mcp_server_url: fixed, token: token(8192).nullish() }),
  z.object({
    type: z.literal('mcp_oauth'),
    mcp_server_url: fixed,
    access_token: token(8192).nullish(),
    expires_at: expiry.nullish(),
    refresh: z
      .object({
        client_id: fixed,
        token_endpoint: fixed,
        resource: fixed,
        refresh_token: token(4096).nullish(),
        scope: scope.nullish(),
        token_endpoint_auth: z
          .object({
            type: z.enum(['none', 'client_secret_basic', 'client_secret_post']),
            client_secret: clientSecret.nullish(),
          })
          .optional(),
      })
      .nullish(),
  }),
  z.object({
    type: z.literal('environment_variable'),
    secret_name: fixed,
    secret_value: z.string().min(1).max(65_536).nullish(),
    networking: networking.nullish(),
    injection_location: location.optional(),
  }),
]);
export type AuthUpdate = z.output<typeof authUpdate>;

const displayName = z.string().max(255).nullish();

export const credentialCreate = z.object({
  auth: authCreate,
  display_name: displayName,
  metadata: metadata.nullish(),
});
export type CredentialCreate = z.output<typeof credentialCreate>;

export const credentialUpdate = z.object({
  auth: authUpdate.optional(),
  display_name: displayName,
  metadata: metadataPatch.nullish(),
});
export type CredentialUpdate = z.output<typeof credentialUpdate>;

export const credentialListQuery = z.object({ limit: limit(20, 100), page, include_archived: flag.optional() });
