/** Finds out who calls, from a bearer token or `x-api-key`. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { WorkBody } from '../work.ts';
import type { ApiKeyBody } from './api-keys/body.ts';
import type { Core } from './core.ts';
import type { Credential } from './credential.ts';
import type { EnvironmentKeyBody } from './environments/keys/body.ts';
import { settled } from './environments/work/lease.ts';
import { digestOf, isAmong, opens, readSecret } from './keys/secret.ts';
import { isOpen } from './workspaces/all.ts';

/** Null for whoever has no credential of this server. The server's own key is known without a look at the store. */
export type Authenticate = (headers: IncomingHttpHeaders) => Promise<Credential | null>;

export function createAuth(core: Core, apiKey: string): Authenticate {
  const own = Buffer.from(digestOf(apiKey));
  return async (headers) => {
    const given = keyIn(headers);
    if (given === null) return null;
    if (timingSafeEqual(Buffer.from(digestOf(given)), own)) return core.credential;
    const credential = await credentialOf(core, given);
    return credential !== null && (await isOpen(core, credential.workspace)) ? credential : null;
  };
}

async function credentialOf(core: Core, given: string): Promise<Credential | null> {
  const named = readSecret(given);
  switch (named?.kind) {
    case 'vk':
      return await apiKeyOf(core, `apikey_${named.body}`, given);
    case 've':
      return await environmentKey(core, `envkey_${named.body}`, given);
    case 'vt':
      return await workToken(core, `work_${named.body}`, given);
    default:
      return null;
  }
}

async function apiKeyOf(core: Core, id: string, given: string): Promise<Credential | null> {
  const row = await core.everywhere.get<ApiKeyBody>('api_key', id);
  if (row === null || row.body.revoked_at !== null) return null;
  const { expires_at, hidden, scope } = row.body;
  const now = core.clock.now();
  if (expires_at !== null && Date.parse(expires_at) <= now) return null;
  if (!opens(hidden.secrets, given, now)) return null;
  return { kind: 'api_key', id: row.body.id, workspace: row.workspace, scope, root: false };
}

async function environmentKey(core: Core, id: string, given: string): Promise<Credential | null> {
  const row = await core.everywhere.get<EnvironmentKeyBody>('environment_key', id);
  if (row === null || row.body.revoked_at !== null) return null;
  if (!opens(row.body.hidden.secrets, given, core.clock.now())) return null;
  const { workspace, body } = row;
  return { kind: 'environment_key', id: body.id, workspace, environment: body.environment_id };
}

async function workToken(core: Core, id: string, given: string): Promise<Credential | null> {
  const row = await core.everywhere.get<WorkBody>('work', id);
  if (row === null) return null;
  const work = settled(row.body, core.clock.now());
  const holds = isAmong(work.hidden.tokens, given);
  const held = isAmong(work.hidden.former_tokens, given);
  if (!holds && !held) return null;
  const lease = work.state === 'stopped' ? 'over' : holds ? 'held' : 'lost';
  const { id: session } = work.data;
  return {
    kind: 'work_token',
    workspace: row.workspace,
    environment: work.environment_id,
    work: work.id,
    session,
    lease,
  };
}

function keyIn(headers: IncomingHttpHeaders): string | null {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1]?.trim();
  if (bearer !== undefined) return bearer;
  const plain = headers['x-api-key'];
  return typeof plain === 'string' ? plain : null;
}
