/** How a credential authenticates after it was made or changed: pure. Secrets are taken apart from what may be shown. */

import { serverKey } from '../../../../lib/server-key.ts';
import type { NewSecrets } from '../../../credentials/seal.ts';
import type { CredentialAuth, OAuthRefresh } from '../../../documents.ts';
import { invalid } from '../../errors.ts';
import type { AuthCreate, AuthUpdate, LocationInput, NetworkingInput } from './schema.ts';

export interface Parted<Auth extends CredentialAuth = CredentialAuth> {
  auth: Auth;
  secrets: NewSecrets;
}
interface Rules {
  now: number;
  maxHosts: number;
}
type Of<Type extends CredentialAuth['type']> = Extract<CredentialAuth, { type: Type }>;
type Change<Type extends CredentialAuth['type']> = Extract<AuthUpdate, { type: Type }>;

export function newAuth(input: AuthCreate, rules: Rules): Parted {
  switch (input.type) {
    case 'static_bearer':
      return {
        auth: { type: input.type, mcp_server_url: input.mcp_server_url },
        secrets: { token: input.token },
      };
    case 'mcp_oauth':
      return newOAuth(input, rules);
    case 'environment_variable':
      return {
        auth: {
          type: input.type,
          secret_name: input.secret_name,
          networking: checkHosts(input.networking, rules),
          injection_location: checkLocation(newLocation(input.injection_location)),
        },
        secrets: { secret_value: input.secret_value },
      };
  }
}

function newOAuth(input: Extract<AuthCreate, { type: 'mcp_oauth' }>, rules: Rules): Parted {
  const { refresh } = input;
  const shown: OAuthRefresh | null = refresh
    ? {
        client_id: refresh.client_id,
        token_endpoint: refresh.token_endpoint,
        token_endpoint_auth: { type: refresh.token_endpoint_auth.type },
        resource: refresh.resource ?? null,
        scope: refresh.scope || null,
      }
    : null;
  return {
    auth: {
      type: input.type,
      mcp_server_url: input.mcp_server_url,
      expires_at: checkExpiry(input.expires_at ?? null, rules),
      refresh: shown,
    },
    secrets: {
      access_token: input.access_token,
      ...(refresh ? { refresh_token: refresh.refresh_token } : {}),
      ...(refresh && refresh.token_endpoint_auth.type !== 'none'
        ? { client_secret: refresh.token_endpoint_auth.client_secret }
        : {}),
    },
  };
}

/** The kind is fixed; what is not sent stays, secrets included. */
export function changedAuth(current: CredentialAuth, change: AuthUpdate, rules: Rules): Parted {
  if (current.type === 'static_bearer' && change.type === 'static_bearer') {
    return { auth: current, secrets: change.token == null ? {} : { token: change.token } };
  }
  if (current.type === 'mcp_oauth' && change.type === 'mcp_oauth') return changedOAuth(current, change, rules);
  if (current.type === 'environment_variable' && change.type === 'environment_variable') {
    return changedVariable(current, change, rules);
  }
  throw invalid(`auth.type: this credential is ${current.type}; make another one instead`);
}

function changedOAuth(current: Of<'mcp_oauth'>, change: Change<'mcp_oauth'>, rules: Rules): Parted {
  const refresh = change.refresh ?? null;
  if (refresh !== null && current.refresh === null) {
    throw invalid('auth.refresh: this credential was made without; make another one instead');
  }
  const secret = refresh?.token_endpoint_auth?.client_secret ?? null;
  if (secret !== null && current.refresh?.token_endpoint_auth.type === 'none') {
    throw invalid('auth.refresh.token_endpoint_auth: this credential is used without a client secret');
  }
  const scope = refresh?.scope === undefined ? current.refresh?.scope : refresh.scope;
  return {
    auth: {
      ...current,
      expires_at: change.expires_at === undefined ? current.expires_at : checkExpiry(change.expires_at, rules),
      refresh: current.refresh && { ...current.refresh, scope: scope || null },
    },
    secrets: {
      ...(change.access_token == null ? {} : { access_token: change.access_token }),
      ...(refresh?.refresh_token == null ? {} : { refresh_token: refresh.refresh_token }),
      ...(secret === null ? {} : { client_secret: secret }),
    },
  };
}

function changedVariable(
  current: Of<'environment_variable'>,
  change: Change<'environment_variable'>,
  rules: Rules,
): Parted {
  const { header, body } = { ...current.injection_location, ...defined(change.injection_location) };
  return {
    auth: {
      ...current,
      networking: change.networking == null ? current.networking : checkHosts(change.networking, rules),
      injection_location: checkLocation({ header, body }),
    },
    secrets: change.secret_value == null ? {} : { secret_value: change.secret_value },
  };
}

function defined({ header, body }: LocationInput = {}): Partial<{ header: boolean; body: boolean }> {
  return { ...(header === undefined ? {} : { header }), ...(body === undefined ? {} : { body }) };
}

/** Left out: everywhere. Given: only where it says so. */
function newLocation(given: LocationInput | undefined): { header: boolean; body: boolean } {
  if (given === undefined) return { header: true, body: true };
  return { header: given.header ?? false, body: given.body ?? false };
}

function checkLocation(location: { header: boolean; body: boolean }): { header: boolean; body: boolean } {
  if (!(location.header || location.body)) throw invalid('auth.injection_location: turn on at least one of the two');
  return location;
}

function checkHosts(given: NetworkingInput, { maxHosts }: Rules): NetworkingInput {
  if (given.type === 'limited' && given.allowed_hosts.length > maxHosts) {
    throw invalid(`auth.networking.allowed_hosts: at most ${maxHosts} hosts`);
  }
  return given;
}

function checkExpiry(time: string | null, { now }: Rules): string | null {
  if (time !== null && Date.parse(time) <= now) throw invalid('auth.expires_at: must be in the future');
  return time;
}

/** What is unique in a vault: the address without what makes no difference, or the name of the variable. */
export function keyOf(auth: CredentialAuth): string {
  if (auth.type === 'environment_variable') return `variable ${auth.secret_name}`;
  return serverKey(auth.mcp_server_url);
}
