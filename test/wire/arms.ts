/**
 * The wire tests run twice, with the same bodies: in process, and over HTTP on a port of the machine's choosing. Some run a
 * third time, on two servers that share a PostgreSQL and take the requests in turn; with VIGIL_WIRE=postgres all of them do,
 * and only that.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import type { ApiLimits } from '../../src/core/index.ts';
import type { Model } from '../../src/core/ports/model.ts';
import type { Ports } from '../../src/core/ports/ports.ts';
import { type Embedded, embedCore, refuseAddress } from '../../src/embed.ts';
import { missingPostgres, startPostgres } from '../kit/real-postgres.ts';
import { asDescribed } from './as-described.ts';

export type Session = Anthropic.Beta.Sessions.BetaManagedAgentsSession;
export type SessionEvent = Anthropic.Beta.Sessions.BetaManagedAgentsSessionEvent;
export type StreamEvent = Anthropic.Beta.Sessions.BetaManagedAgentsStreamSessionEvents;
export type AgentParams = Partial<Anthropic.Beta.Agents.AgentCreateParams>;

export const API_KEY = 'test-key';
/** A little more than servers keep them at hand. */
const ENDPOINTS_KNOWN_MS = 2_100;
/** A database server of its own is made first. */
const OPENING_MS = 60_000;

export interface Wire {
  client: Anthropic;
  core: Embedded;
  /** Where the same core answers plain HTTP, in both arms. */
  url: string;
  /** Where the core keeps everything. */
  dataDir: string;
  /** Resolves when every server knows the webhook endpoints made before. */
  endpointsKnown(): Promise<void>;
  /** How many listen to sessions of this core now. */
  listeners(): number;
  /** A model id that plays the script: one of its own, or the one given. */
  model(script: Script, id?: string): string;
  /** An agent and an environment, and a session of them. */
  session(script: Script, agent?: AgentParams, more?: SessionExtras): Promise<Session>;
}
type SessionExtras = Partial<Anthropic.Beta.Sessions.SessionCreateParams>;

type Arm = 'in process' | 'over HTTP' | 'on PostgreSQL';

export function onBothArms(title: string, bodies: (wire: () => Wire) => void, limits: Partial<ApiLimits> = {}): void {
  onArms(
    process.env.VIGIL_WIRE === 'postgres' ? ['on PostgreSQL'] : ['in process', 'over HTTP'],
    title,
    bodies,
    limits,
  );
}

/** For what the database has a hand in beyond keeping documents. */
export function onAllArms(title: string, bodies: (wire: () => Wire) => void, limits: Partial<ApiLimits> = {}): void {
  onBothArms(title, bodies, limits);
  if (process.env.VIGIL_WIRE !== 'postgres') onArms(['on PostgreSQL'], title, bodies, limits);
}

function onArms(
  arms: readonly Arm[],
  title: string,
  bodies: (wire: () => Wire) => void,
  limits: Partial<ApiLimits>,
): void {
  const missing = missingPostgres();
  describe.each(arms)(`${title}, %s`, (arm) => {
    if (arm === 'on PostgreSQL' && missing !== null) {
      test.skip(`PostgreSQL: ${missing}`, () => undefined);
      return;
    }
    let open: { wire: Wire; close(): Promise<void> };
    beforeAll(async () => {
      open = await openWire(arm, limits);
    }, OPENING_MS);
    afterAll(async () => {
      await open.close();
    });
    bodies(() => open.wire);
  });
}

async function openWire(arm: Arm, limits: Partial<ApiLimits>): Promise<{ wire: Wire; close(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  const postgres = arm === 'on PostgreSQL' ? await startPostgres() : null;
  const models: Record<string, Model> = {};
  let listeners = 0;
  const counting = (ports: Ports): Ports => ({
    ...ports,
    store: {
      ...ports.store,
      subscribe(session, listener) {
        const stop = ports.store.subscribe(session, listener);
        listeners += 1;
        return () => {
          listeners -= 1;
          stop();
        };
      },
    },
  });
  const start = async () => {
    const core = await embedCore({
      dataDir,
      apiKey: API_KEY,
      models,
      wrap: counting,
      privateHosts: ['127.0.0.1'],
      limits,
      ...(postgres === null ? {} : { database: { url: postgres.url } }),
    });
    const server = Fastify({
      forceCloseConnections: true,
      frameworkErrors: (error, _, reply) => refuseAddress(error, reply),
    });
    await server.register(core.plugin);
    return { core, server, url: await server.listen({ port: 0, host: '127.0.0.1' }) };
  };
  const first = await start();
  const { core, url } = first;
  const second = postgres === null ? null : await start();
  const misfits: string[] = [];
  const overHttp = new Anthropic({
    apiKey: API_KEY,
    baseURL: url,
    fetch: asDescribed(second === null ? fetch : inTurn(url, second.url), (misfit) => misfits.push(misfit)),
  });
  const client = arm === 'in process' ? core.client : overHttp;
  let count = 0;
  const model = (script: Script, given?: string): string => {
    count += 1;
    const id = given ?? `scripted-${count}`;
    models[id] = scriptedModel(script);
    return id;
  };
  const wire: Wire = {
    client,
    core,
    url,
    dataDir,
    endpointsKnown: () => sleep(second === null ? 0 : ENDPOINTS_KNOWN_MS),
    listeners: () => listeners,
    model,
    async session(script, agent = {}, more = {}) {
      const made = await client.beta.agents.create({ name: 'tester', model: model(script), ...agent });
      const environment = await client.beta.environments.create({ name: `env-${count}` });
      return await client.beta.sessions.create({ agent: made.id, environment_id: environment.id, ...more });
    },
  };
  return {
    wire,
    async close() {
      for (const it of [first, second]) {
        await it?.server.close();
        await it?.core.close();
      }
      await postgres?.stop();
      await rm(dataDir, { recursive: true, force: true });
      expect(misfits, 'answers that are not as /v1/openapi.json says').toEqual([]);
    },
  };
}

/** Every second request goes to the other server. */
function inTurn(url: string, other: string): typeof fetch {
  let turn = 0;
  const send: typeof fetch = async (input, init) => {
    turn += 1;
    const to = turn % 2 === 0 && typeof input === 'string' ? input.replace(url, other) : input;
    return await fetch(to, init);
  };
  return Object.assign(send, { Response });
}

export function says(text: string): Anthropic.Beta.Sessions.BetaManagedAgentsUserMessageEventParams {
  return { type: 'user.message', content: [{ type: 'text', text }] };
}

/** Reads the stream until an event of this type, and gives back all that was read. */
export async function until<Type extends StreamEvent['type']>(
  stream: AsyncIterable<StreamEvent>,
  type: Type,
): Promise<{ all: StreamEvent[]; last: Extract<StreamEvent, { type: Type }> }> {
  const all: StreamEvent[] = [];
  for await (const event of stream) {
    all.push(event);
    if (isOf(event, type)) return { all, last: event };
  }
  throw new Error(`the stream ended before ${type}; it had ${all.map((event) => event.type).join(', ')}`);
}

function isOf<Type extends StreamEvent['type']>(
  event: StreamEvent,
  type: Type,
): event is Extract<StreamEvent, { type: Type }> {
  return event.type === type;
}

/** Sends the events and waits for the session to rest. */
export async function runUntilIdle(
  client: Anthropic,
  session: string,
  events: Anthropic.Beta.Sessions.EventSendParams['events'],
) {
  const stream = await client.beta.sessions.events.stream(session);
  await client.beta.sessions.events.send(session, { events });
  return await until(stream, 'session.status_idle');
}

export async function history(client: Anthropic, session: string): Promise<SessionEvent[]> {
  return (await client.beta.sessions.events.list(session)).data;
}

/** The status and the `error` of the envelope with which the server refused. */
export async function refusal(attempt: Promise<unknown>): Promise<{ status: number | undefined; error: unknown }> {
  const thrown = await attempt.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof Anthropic.APIError)) throw new Error('it was not refused', { cause: thrown });
  const body: unknown = thrown.error;
  return {
    status: thrown.status,
    error: typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined,
  };
}
