import { type Renewed, renew } from '../../../credentials/renew.ts';
import { opened } from '../../../credentials/seal.ts';
import type { CredentialBody } from '../../../documents.ts';
import { type Core, isoTime } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { type ShownAnswer, shownAnswer } from './answer.ts';
import { type CredentialPlace, findCredential } from './find.ts';
import { type Probed, probe } from './probe.ts';

type Status = 'valid' | 'invalid' | 'unknown';
interface Verdict {
  status: Status;
  mcp_probe: { method: string; http_response: ShownAnswer | null } | null;
  refresh: { status: Renewed['status']; http_response: ShownAnswer | null } | null;
}

/**
 * Asks the credential's server whether it takes the token; on a 401 refreshes the token once, keeps the new one and
 * asks again. `unknown` means that it could not be told now: no answer, too many requests, a fault over there.
 */
export async function mcpOAuthValidate(core: Core, place: CredentialPlace): Promise<object> {
  const { body, archived } = await findCredential(core, place);
  if (archived) throw invalid(`credential ${body.id} is archived; its secrets are gone`);
  if (body.auth.type !== 'mcp_oauth') throw invalid(`credential ${body.id} is ${body.auth.type}, not mcp_oauth`);
  const secrets = await openAll(core, body);
  const verdict = await judge(core, body, body.auth, secrets);
  return {
    type: 'vault_credential_validation',
    credential_id: body.id,
    vault_id: body.vault_id,
    validated_at: isoTime(core.clock.now()),
    has_refresh_token: secrets.refresh !== null,
    ...verdict,
  };
}

interface Open {
  access: string | null;
  refresh: string | null;
  client: string | null;
}
type OAuth = Extract<CredentialBody['auth'], { type: 'mcp_oauth' }>;

async function openAll(core: Core, body: CredentialBody): Promise<Open> {
  const [access, refresh, client] = await Promise.all([
    opened(core, body, 'access_token'),
    opened(core, body, 'refresh_token'),
    opened(core, body, 'client_secret'),
  ]);
  return { access, refresh, client };
}

async function judge(core: Core, body: CredentialBody, auth: OAuth, secrets: Open): Promise<Verdict> {
  if (secrets.access === null) return { status: 'invalid', mcp_probe: null, refresh: null };
  const hide = [secrets.access, secrets.refresh, secrets.client].filter((secret) => secret !== null);
  const first = await probe(core, auth.mcp_server_url, secrets.access);
  if (first.ok || first.reply?.status !== 401) return { ...told(first, hide), refresh: null };
  if (secrets.refresh === null || auth.refresh === null) {
    return { ...told(first, hide), refresh: { status: 'no_refresh_token', http_response: null } };
  }
  const renewed = await renew(core, body);
  switch (renewed.status) {
    case 'connect_error':
      return { ...told(first, hide), status: 'unknown', refresh: { status: 'connect_error', http_response: null } };
    case 'no_refresh_token':
      return { ...told(first, hide), refresh: { status: 'no_refresh_token', http_response: null } };
    case 'failed': {
      const { reply } = renewed;
      const http_response = reply === null ? null : shownAnswer(reply, hide);
      const status = reply === null ? 'unknown' : rejection(reply.status);
      return { ...told(first, hide), status, refresh: { status: 'failed', http_response } };
    }
    case 'succeeded': {
      const second = await probe(core, auth.mcp_server_url, renewed.token);
      return { ...told(second, [...hide, renewed.token]), refresh: { status: 'succeeded', http_response: null } };
    }
  }
}

function told(probed: Probed, hide: readonly string[]): Pick<Verdict, 'status' | 'mcp_probe'> {
  if (probed.ok) return { status: 'valid', mcp_probe: null };
  const { method, reply } = probed;
  const status = reply?.status === 401 || reply?.status === 403 ? 'invalid' : 'unknown';
  return { status, mcp_probe: { method, http_response: reply === null ? null : shownAnswer(reply, hide) } };
}

/** A token endpoint that refuses has refused; one that is busy or broken has not. */
function rejection(status: number): Status {
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? 'invalid' : 'unknown';
}
