/**
 * A new access token for a credential, fetched by one of all who want it, whatever process they are in: who claims the
 * credential asks, the others wait and take what came of it. A new refresh token may be the only one that still works, so
 * what was granted is kept before anybody uses it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CredentialBody, Renewal } from '../documents.ts';
import type { Clock } from '../ports/clock.ts';
import type { Outbound, OutboundReply } from '../ports/outbound.ts';
import type { DocRow, Store } from '../ports/store.ts';
import { type Granted, REFRESH_MS, refreshToken } from './refresh.ts';
import { type Keeper, opened, sealed } from './seal.ts';

export interface Bank extends Keeper {
  store: Store;
  outbound: Outbound;
  clock: Clock;
}
export type Renewed =
  | { status: 'succeeded'; token: string }
  /** The token endpoint refused; `reply` is null when another one asked it. */
  | { status: 'failed'; reply: OutboundReply | null }
  /** No answer, or nobody's turn came in time. */
  | { status: 'connect_error' }
  | { status: 'no_refresh_token' };
type Row = DocRow<CredentialBody>;

/** Longer than one request to a token endpoint may take, so that a claim outlives its holder by little. */
const CLAIM_MS = REFRESH_MS + 5_000;
const WAIT_MS = 2 * CLAIM_MS;
const PAUSE_MS = 50;
const REFUSED_MS = 60_000;
const ATTEMPTS = 16;

/** Whether the token endpoint has refused just now, so that there is no point in asking it again so soon. */
export function isRefused({ hidden }: CredentialBody, now: number): boolean {
  return hidden.renewal !== undefined && now - hidden.renewal.refused_at < REFUSED_MS;
}

/** `seen` is the credential with the token that no longer does. Rejects with `SecretUnreadable`, and when `signal` is aborted. */
export async function renew(bank: Bank, seen: CredentialBody, signal?: AbortSignal): Promise<Renewed> {
  const deadline = bank.clock.now() + WAIT_MS;
  while (bank.clock.now() < deadline) {
    const row = await find(bank, seen);
    if (row === null || row.body.auth.type !== 'mcp_oauth') return { status: 'no_refresh_token' };
    if (isChanged(row.body, seen)) return await asKept(bank, row.body);
    if (standing(row.body).refusals > standing(seen).refusals) return { status: 'failed', reply: null };
    const now = bank.clock.now();
    if (standing(row.body).until <= now) {
      const claimed = await put(bank, row, withRenewal(row.body, { until: now + CLAIM_MS }));
      if (claimed) return await ask(bank, row.body);
    }
    await sleep(PAUSE_MS * (1 + Math.random()), undefined, signal === undefined ? {} : { signal });
  }
  return { status: 'connect_error' };
}

/** Null once its secrets are gone. */
async function find({ store }: Bank, { id }: CredentialBody): Promise<Row | null> {
  const row = await store.get<CredentialBody>('credential', id);
  return row === null || row.archived ? null : row;
}

function isChanged(now: CredentialBody, seen: CredentialBody): boolean {
  const version = (body: CredentialBody, name: 'access_token' | 'refresh_token') => body.hidden.secrets[name]?.version;
  return (['access_token', 'refresh_token'] as const).some((name) => version(now, name) !== version(seen, name));
}

async function asKept(bank: Bank, body: CredentialBody): Promise<Renewed> {
  const token = await opened(bank, body, 'access_token');
  return token === null ? { status: 'no_refresh_token' } : { status: 'succeeded', token };
}

function standing({ hidden }: CredentialBody): Renewal {
  return hidden.renewal ?? { until: 0, refusals: 0, refused_at: 0 };
}

function withRenewal(body: CredentialBody, change: Partial<Renewal>): CredentialBody {
  return { ...body, hidden: { ...body.hidden, renewal: { ...standing(body), ...change } } };
}

async function put({ store }: Bank, { revision, position, ...doc }: Row, body: CredentialBody): Promise<boolean> {
  return (await store.commit({ puts: [{ doc: { ...doc, body }, expect: revision }] })).ok;
}

/** With the claim in hand. Whatever comes of it is written down, and gives the claim back. */
async function ask(bank: Bank, seen: CredentialBody): Promise<Renewed> {
  const [token, client] = await Promise.all([
    opened(bank, seen, 'refresh_token'),
    opened(bank, seen, 'client_secret'),
  ]).catch(async (error: unknown) => {
    await keep(bank, seen, (body) => withRenewal(body, { until: 0 }));
    throw error;
  });
  const how = seen.auth.type === 'mcp_oauth' ? seen.auth.refresh : null;
  if (token === null || how === null) {
    await keep(bank, seen, (body) => withRenewal(body, { until: 0 }));
    return { status: 'no_refresh_token' };
  }
  const refreshed = await refreshToken(bank.outbound, how, { refreshToken: token, clientSecret: client });
  switch (refreshed.status) {
    case 'succeeded':
      return await keep(bank, seen, (body) => granted(bank, body, refreshed.granted));
    case 'failed':
      await keep(bank, seen, (body) => {
        const refusals = standing(body).refusals + 1;
        return withRenewal(body, { until: 0, refusals, refused_at: bank.clock.now() });
      });
      return refreshed;
    case 'connect_error':
      await keep(bank, seen, (body) => withRenewal(body, { until: 0 }));
      return refreshed;
  }
}

/** Whoever rotated or archived it meanwhile knows better: then theirs stands. */
async function keep(
  bank: Bank,
  seen: CredentialBody,
  change: (body: CredentialBody) => CredentialBody | Promise<CredentialBody>,
): Promise<Renewed> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const row = await find(bank, seen);
    if (row === null) return { status: 'no_refresh_token' };
    if (isChanged(row.body, seen)) return await asKept(bank, row.body);
    const next = await change(row.body);
    if (await put(bank, row, next)) return await asKept(bank, next);
    await sleep(Math.random() * PAUSE_MS);
  }
  throw new Error(`credential ${seen.id} is being changed by others all the time; its new token could not be kept`);
}

async function granted(bank: Bank, body: CredentialBody, given: Granted): Promise<CredentialBody> {
  if (body.auth.type !== 'mcp_oauth') return body;
  const now = bank.clock.now();
  const { access_token, refresh_token, expires_in } = given;
  const fresh = { access_token, ...(refresh_token === undefined ? {} : { refresh_token }) };
  const secrets = await sealed(bank, body, body.hidden.secrets, fresh);
  return {
    ...body,
    auth: { ...body.auth, expires_at: expires_in === undefined ? null : isoTime(now + expires_in * 1_000) },
    hidden: { ...body.hidden, secrets, renewal: { until: 0, refusals: 0, refused_at: 0 } },
    updated_at: isoTime(now),
  };
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
