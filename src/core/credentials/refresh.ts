/** Changes a refresh token for a new access token, as OAuth 2 has it. */
import { z } from 'zod';
import type { OAuthRefresh } from '../documents.ts';
import { type Outbound, OutboundFailed, type OutboundReply } from '../ports/outbound.ts';

export const REFRESH_MS = 10_000;
const MAX_BYTES = 65_536;

const granted = z.object({
  access_token: z.string().min(1).max(8192),
  refresh_token: z.string().min(1).max(4096).optional(),
  expires_in: z.coerce.number().positive().optional(),
});
export type Granted = z.output<typeof granted>;
export type Refreshed =
  | { status: 'succeeded'; granted: Granted }
  | { status: 'failed'; reply: OutboundReply }
  | { status: 'connect_error' };

export async function refreshToken(
  outbound: Outbound,
  how: OAuthRefresh,
  secrets: { refreshToken: string; clientSecret: string | null },
): Promise<Refreshed> {
  const reply = await ask(outbound, how, secrets);
  if (reply === null) return { status: 'connect_error' };
  const read = reply.status === 200 ? granted.safeParse(asJson(reply.body)) : null;
  return read?.success === true ? { status: 'succeeded', granted: read.data } : { status: 'failed', reply };
}

async function ask(
  outbound: Outbound,
  { client_id, token_endpoint, token_endpoint_auth, resource, scope }: OAuthRefresh,
  { refreshToken: token, clientSecret }: { refreshToken: string; clientSecret: string | null },
): Promise<OutboundReply | null> {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token });
  if (scope !== null) form.set('scope', scope);
  if (resource !== null) form.set('resource', resource);
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  if (token_endpoint_auth.type === 'client_secret_basic') {
    const pair = `${encodeURIComponent(client_id)}:${encodeURIComponent(clientSecret ?? '')}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  } else {
    form.set('client_id', client_id);
    if (token_endpoint_auth.type === 'client_secret_post') form.set('client_secret', clientSecret ?? '');
  }
  try {
    const bounds = { timeoutMs: REFRESH_MS, maxBytes: MAX_BYTES, read: 'always' as const };
    return await outbound.send({ method: 'POST', url: token_endpoint, headers, body: form.toString(), ...bounds });
  } catch (error) {
    if (error instanceof OutboundFailed) return null;
    throw error;
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
