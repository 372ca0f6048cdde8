import type { CredentialBody } from '../../../documents.ts';
import { type Core, changedDoc, isoTime, untilFresh } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { type ShownAnswer, shownAnswer } from './answer.ts';
import { type CredentialPlace, findCredential } from './find.ts';
import { type Probed, probe } from './probe.ts';
import { type Granted, type Refreshed, refreshToken } from './refresh.ts';
import { opened, sealed } from './seal.ts';

type Status = 'valid' | 'invalid' | 'unknown';
interface Verdict {
  status: Status;
  mcp_probe: { method: string; http_response: ShownAnswer | null } | null;
  refresh: { status: Refreshed['status'] | 'no_refresh_token'; http_response: ShownAnswer | null } | null;
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
  const verdict = await judge(core, place, body, body.auth, secrets);
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

async function judge(
  core: Core,
  place: CredentialPlace,
  body: CredentialBody,
  auth: OAuth,
  secrets: Open,
): Promise<Verdict> {
  if (secrets.access === null) return { status: 'invalid', mcp_probe: null, refresh: null };
  const hide = [secrets.access, secrets.refresh, secrets.client].filter((secret) => secret !== null);
  const first = await probe(core, auth.mcp_server_url, secrets.access);
  if (first.ok || first.reply?.status !== 401) return { ...told(first, hide), refresh: null };
  if (secrets.refresh === null || auth.refresh === null) {
    return { ...told(first, hide), refresh: { status: 'no_refresh_token', http_response: null } };
  }
  const given = { refreshToken: secrets.refresh, clientSecret: secrets.client };
  const refreshed = await refreshToken(core, auth.refresh, given);
  if (refreshed.status === 'connect_error') {
    return { ...told(first, hide), status: 'unknown', refresh: { status: 'connect_error', http_response: null } };
  }
  if (refreshed.status === 'failed') {
    const { id, vault_id } = body;
    await core.tell(core.workspace, { type: 'vault_credential.refresh_failed', id, more: { vault_id } });
    const http_response = shownAnswer(refreshed.reply, hide);
    return {
      ...told(first, hide),
      status: rejection(refreshed.reply.status),
      refresh: { status: 'failed', http_response },
    };
  }
  const { granted } = refreshed;
  await keep(core, place, body, granted);
  const second = await probe(core, auth.mcp_server_url, granted.access_token);
  const hideNew = [...hide, granted.access_token, granted.refresh_token ?? ''];
  return { ...told(second, hideNew), refresh: { status: 'succeeded', http_response: null } };
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

/** The old refresh token may be worthless now, so the new ones are kept before they are used. */
async function keep(core: Core, place: CredentialPlace, seen: CredentialBody, granted: Granted): Promise<void> {
  await untilFresh(async () => {
    const row = await findCredential(core, place);
    // Whoever rotated or archived it meanwhile knows better.
    const version = (body: CredentialBody) => body.hidden.secrets.access_token?.version;
    if (row.archived || row.body.auth.type !== 'mcp_oauth' || version(row.body) !== version(seen))
      return { done: null };
    const now = core.clock.now();
    const fresh = {
      access_token: granted.access_token,
      ...(granted.refresh_token === undefined ? {} : { refresh_token: granted.refresh_token }),
    };
    const expires = granted.expires_in === undefined ? null : isoTime(now + granted.expires_in * 1000);
    const next: CredentialBody = {
      ...row.body,
      auth: { ...row.body.auth, expires_at: expires },
      hidden: { ...row.body.hidden, secrets: await sealed(core, row.body, row.body.hidden.secrets, fresh) },
      updated_at: isoTime(now),
    };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, next), expect: row.revision }] });
    return committed.ok ? { done: null } : 'stale';
  });
}
