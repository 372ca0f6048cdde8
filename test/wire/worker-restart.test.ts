/** Runners and workers of the official client outlive the server: it is killed under them in the middle of a turn. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePort } from '../kit/free-port.ts';
import { history, says } from './arms.ts';
import { verifies } from './verifies.ts';

const program = `${import.meta.dirname}/../kit/core-program.ts`;
const loader = `${import.meta.dirname}/../kit/strip-types.mjs`;

type Tool = NonNullable<Anthropic.Beta.Agents.AgentCreateParams['tools']>[number];

const lookup = {
  type: 'custom' as const,
  name: 'lookup',
  description: 'Looks something up.',
  input_schema: { type: 'object' as const },
};

let folder: string;
let port: number;
let child: ChildProcess;
let client: Anthropic;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restart-'));
  port = await freePort();
  await start();
  client = new Anthropic({ apiKey: 'program-key', baseURL: `http://127.0.0.1:${port}`, logLevel: 'off' });
});
afterEach(async () => {
  await kill();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  child = spawn(process.execPath, ['--import', loader, program, folder, String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('the server has no output');
  await once(createInterface(child.stdout), 'line');
}
async function kill(): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Kills the server once the session's second answer is being written. */
async function killInSecondAnswer(session: string): Promise<void> {
  const asked = async () =>
    (await history(client, session)).filter((event) => event.type === 'span.model_request_start').length;
  await vi.waitUntil(async () => (await asked()) === 2, { timeout: 20_000, interval: 20 });
  await kill();
  await start();
}

async function environmentOfOurs(): Promise<{ id: string; key: string }> {
  const { id } = await client.beta.environments.create({ name: 'own', config: { type: 'self_hosted' } });
  const { key } = await client.post<{ key: string }>(`/v1/admin/environments/${id}/keys`);
  return { id, key };
}

async function told(environment: string, model: string, tool: Tool): Promise<string> {
  const agent = await client.beta.agents.create({ name: model, model, tools: [tool] });
  const initial_events = [{ ...says('go'), type: 'user.message' as const }];
  return (await client.beta.sessions.create({ agent: agent.id, environment_id: environment, initial_events })).id;
}

async function end(session: string) {
  const log = await history(client, session);
  const results = log.filter((event) => event.type === 'user.tool_result' || event.type === 'user.custom_tool_result');
  return { results: results.length, last: log.at(-1) };
}

test('a runner in a call and a worker waiting for one outlive a server that is killed', {
  timeout: 60_000,
}, async () => {
  verifies('sessions.events.toolRunner', 'environments.work.worker', 'environments.work.heartbeat');
  const own = await environmentOfOurs();
  const served = await told(own.id, 'scripted-bash', { type: 'agent_toolset_20260401' });
  const work = async () => (await client.beta.environments.work.list(own.id)).data;
  const stopping = new AbortController();
  const at = { environmentId: own.id, environmentKey: own.key, workdir: folder, maxIdleMs: 50 };
  const worker = client.beta.environments.work
    .worker(at)
    .run(stopping.signal)
    .catch(() => undefined);

  const elsewhere = await client.beta.environments.create({ name: 'here' });
  const run = await told(elsewhere.id, 'scripted-custom', lookup);
  const ran: string[] = [];
  const tool = {
    ...lookup,
    parse: (input: unknown) => input,
    run: async (input: unknown) => {
      ran.push(JSON.stringify(input));
      if (ran.length === 1) await killInSecondAnswer(served);
      return 'found';
    },
  };
  const runner = client.beta.sessions.events.toolRunner(run, { tools: [tool], maxIdleMs: 50 });
  for await (const call of runner) expect(call).toMatchObject({ isError: false, posted: true });
  await vi.waitUntil(async () => (await work())[0]?.state === 'stopped', { timeout: 20_000, interval: 50 });
  stopping.abort();
  await worker;

  expect(ran).toEqual(['{"key":"one"}', '{"key":"two"}']);
  expect(await readFile(join(folder, 'out'), 'utf8')).toBe('one\ntwo\n');
  expect(await work()).toHaveLength(1);
  const last = { type: 'session.status_idle', stop_reason: { type: 'end_turn' } };
  expect(await end(run)).toMatchObject({ results: 2, last });
  expect(await end(served)).toMatchObject({ results: 2, last });
});
