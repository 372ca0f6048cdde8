/** Request bodies that are good, were changed a little, or got something wrong with them, sent to every family of endpoints. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Anthropic from '@anthropic-ai/sdk';
import { APIError } from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import type { Ports } from '../../src/core/ports/ports.ts';
import type { Batch } from '../../src/core/ports/store.ts';
import { type Embedded, embedCore } from '../../src/embed.ts';
import { CA_PEM } from './ca-certificate.ts';
import { spoiled } from './spoiled.ts';

/** An answer that takes longer is a hang. */
const MOST_MS = 5_000;
const API_KEY = 'fuzz-key';
const MODEL = 'scripted-fuzz';

export interface Fuzzed {
  families: readonly string[];
  /** Throws with the smallest body that got a 500, no answer in time, or a 4xx that changed something. */
  run(family: string, cases: number, seed: number): Promise<{ accepted: number; refused: number }>;
  close(): Promise<void>;
}
interface Target {
  path: string;
  body: object;
  /** Takes back what was made, so that there is always room for the next: the way to it from its id. */
  undo?: (client: Anthropic, id: string) => Promise<unknown>;
}

export async function fuzzBodies(): Promise<Fuzzed> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fuzz-'));
  let written = 0;
  const counting = (ports: Ports): Ports => ({
    ...ports,
    store: {
      ...ports.store,
      async commit(batch) {
        const committed = await ports.store.commit(batch);
        if (committed.ok && !byItself(batch)) written += 1;
        return committed;
      },
    },
  });
  const models = { [MODEL]: scriptedModel([{ blocks: [{ text: 'ok' }] }]) };
  const core = await embedCore({ dataDir, apiKey: API_KEY, models, wrap: counting });
  const targets = await goodBodies(core.client);
  return {
    families: Object.keys(targets),
    async run(family, cases, seed) {
      const counts = { accepted: 0, refused: 0 };
      const target = targets[family];
      if (target === undefined) throw new Error(`there is no family ${family}`);
      const check = async (body: string): Promise<void> => {
        const before = written;
        const { status, id } = await post(core, target.path, body);
        if (status >= 500) throw new Error(`${target.path} answered ${status}`);
        if (status >= 400 && written !== before) throw new Error(`${target.path} answered ${status} and wrote`);
        counts[status >= 400 ? 'refused' : 'accepted'] += 1;
        if (status < 400) await target.undo?.(core.client, id);
      };
      await fc.assert(fc.asyncProperty(spoiled(target.body), check), { numRuns: cases, seed });
      return counts;
    },
    async close() {
      await core.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** What the clock does is no answer to a request: dreams begin and end, schedules fire. */
function byItself({ puts = [] }: Batch): boolean {
  return puts.some(
    ({ doc, expect }) => expect !== 0 && (doc.kind === 'dream' || doc.kind === 'deployment' || doc.kind === 'session'),
  );
}

async function post(core: Embedded, path: string, body: string): Promise<{ status: number; id: string }> {
  const reply = await core.client
    .post(path, { body: new TextEncoder().encode(body), maxRetries: 0, timeout: MOST_MS })
    .asResponse()
    .catch((error: unknown) => error);
  if (reply instanceof Response) return { status: reply.status, id: idIn(await reply.json()) };
  if (reply instanceof APIError && reply.status !== undefined) return { status: reply.status, id: '' };
  throw new Error(`${path} did not answer in time`, { cause: reply });
}

function idIn(answer: unknown): string {
  return typeof answer === 'object' && answer !== null && 'id' in answer ? String(answer.id) : '';
}

/** What is made at this path can be deleted there. */
function deleted(path: string): Pick<Target, 'path' | 'undo'> {
  return { path, undo: (client, id) => client.delete(`${path}/${id}`) };
}

async function goodBodies(client: Anthropic): Promise<Record<string, Target>> {
  const { beta } = client;
  const agent = await beta.agents.create({ name: 'fuzz', model: MODEL });
  const environment = await beta.environments.create({ name: 'fuzz' });
  const session = await beta.sessions.create({ agent: agent.id, environment_id: environment.id });
  const vault = await beta.vaults.create({ display_name: 'fuzz' });
  const store = await beta.memoryStores.create({ name: 'fuzz' });
  const tunnel = await beta.tunnels.create({});
  const profile = await beta.userProfiles.create({});
  const message = { type: 'user.message', content: [{ type: 'text', text: 'hi' }] };
  const metadata = { team: 'a' };
  const tools = [
    { type: 'agent_toolset_20260401', configs: [{ name: 'bash', enabled: false }] },
    { type: 'custom', name: 'ask', description: 'asks', input_schema: { type: 'object', properties: {} } },
  ];
  const certificates = `/v1/tunnels/${tunnel.id}/certificates`;
  const auth = { type: 'static_bearer', mcp_server_url: 'https://mcp.example.com/', token: 'token' };
  const mcp = 'https://mcp.example.com/oauth';
  const oauth = {
    type: 'mcp_oauth',
    mcp_server_url: mcp,
    access_token: 'token',
    expires_at: '2030-01-01T00:00:00Z',
    refresh: {
      refresh_token: 'refresh',
      client_id: 'client',
      token_endpoint: `${mcp}/token`,
      token_endpoint_auth: { type: 'client_secret_basic', client_secret: 'secret' },
      scope: 'read',
    },
  };
  const variable = {
    type: 'environment_variable',
    secret_name: 'TOKEN',
    secret_value: 'value',
    networking: { type: 'limited', allowed_hosts: ['example.com'] },
  };
  const inputs = [
    { type: 'memory_store', memory_store_id: store.id },
    { type: 'sessions', session_ids: [session.id] },
  ];
  const resources = [{ type: 'memory_store', memory_store_id: store.id, access: 'read_only' }];
  const made = { agent: agent.id, environment_id: environment.id, vault_ids: [vault.id], metadata };
  const schedule = { type: 'cron', expression: '0 3 * * *', timezone: 'Europe/Berlin' };
  return {
    agents: {
      path: '/v1/agents',
      body: { name: 'a', model: { id: MODEL, effort: 'low' }, system: 's', tools, metadata },
    },
    'agents, update': {
      path: `/v1/agents/${agent.id}`,
      body: { name: 'b', tools, metadata: { team: null } },
    },
    environments: {
      ...deleted('/v1/environments'),
      body: {
        name: 'e',
        config: { type: 'cloud', networking: { type: 'limited', allowed_hosts: ['example.com'] } },
        metadata,
      },
    },
    sessions: { path: '/v1/sessions', body: { ...made, title: 't', resources } },
    'sessions, update': { path: `/v1/sessions/${session.id}`, body: { title: 't', metadata, agent: { tools } } },
    'sessions, fork': { path: `/v1/sessions/${session.id}/fork`, body: { title: 't', metadata } },
    events: { path: `/v1/sessions/${session.id}/events`, body: { events: [message, { type: 'user.interrupt' }] } },
    deployments: { path: '/v1/deployments', body: { ...made, name: 'd', initial_events: [message], schedule } },
    vaults: { path: '/v1/vaults', body: { display_name: 'v', metadata } },
    credentials: { ...deleted(`/v1/vaults/${vault.id}/credentials`), body: { display_name: 'c', auth, metadata } },
    'credentials, OAuth': {
      ...deleted(`/v1/vaults/${vault.id}/credentials`),
      body: { display_name: 'c', auth: oauth },
    },
    'credentials, variable': { ...deleted(`/v1/vaults/${vault.id}/credentials`), body: { auth: variable, metadata } },
    'memory stores': { path: '/v1/memory_stores', body: { name: 'm', description: 'd', metadata } },
    memories: { ...deleted(`/v1/memory_stores/${store.id}/memories`), body: { path: '/a/b.md', content: 'text' } },
    dreams: {
      path: '/v1/dreams',
      body: {
        inputs,
        model: { id: MODEL, speed: 'standard' },
        instructions: 'i',
        output_behavior: { type: 'create_new' },
      },
    },
    tunnels: { path: '/v1/tunnels', body: { display_name: 't' } },
    certificates: {
      path: certificates,
      body: { ca_certificate_pem: CA_PEM },
      undo: (caller, id) => caller.post(`${certificates}/${id}/archive`),
    },
    'user profiles': {
      path: '/v1/user_profiles',
      body: { name: 'n', external_id: 'x', external_user_onboarded_at: '2026-01-01T00:00:00Z', metadata },
    },
    'user profiles, update': { path: `/v1/user_profiles/${profile.id}`, body: { name: 'n', metadata: { team: '' } } },
    'webhook endpoints': {
      ...deleted('/v1/admin/webhook_endpoints'),
      body: { url: 'https://hooks.example.com/', event_types: ['vault.created'] },
    },
  };
}
