/** Workspaces and their keys from the command line, against a real core. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Embedded, embedCore } from '../../src/embed.ts';
import { runCli } from '../kit/run-cli.ts';

const ROOT = 'the-own-key';
const server = Fastify({ forceCloseConnections: true });
let dataDir: string;
let core: Embedded;
let url: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'keys-'));
  core = await embedCore({ dataDir, apiKey: ROOT, models: {} });
  await server.register(core.plugin);
  url = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await server.close();
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function vigil(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCli([...args, '--url', url, '--key', ROOT]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return stdout;
}
const opens = async (key: string) =>
  (await fetch(`${url}/v1/agents`, { headers: { authorization: `Bearer ${key}` } })).status === 200;

test('a workspace is made, gets a key that is shown once, and is closed to it when it is archived', async () => {
  expect(await vigil('workspaces')).toContain('vigil workspaces create');
  expect(await vigil('keys')).toContain('vigil keys create');
  const made = await vigil('workspaces', 'create', 'payments');
  const id = /wrkspc_\w+/.exec(made)?.[0] ?? '';
  const shown = await vigil(
    'keys',
    'create',
    '--workspace',
    id,
    '--scope',
    'read',
    '--name',
    'board',
    '--expires',
    '9',
  );
  const secret = /^vk_\S+$/m.exec(shown)?.[0] ?? '';
  const key = /apikey_\w+/.exec(shown)?.[0] ?? '';
  expect(await opens(secret)).toBe(true);
  const listed = await vigil('keys', '--workspace', id);
  expect(listed).toMatch(new RegExp(`${key} .*read.*works.*board`));
  expect(listed).not.toContain(secret);

  const rotated = JSON.parse(await vigil('keys', 'rotate', key, '--grace', '600', '--json'));
  expect(await opens(rotated.key)).toBe(true);
  expect(await opens(secret)).toBe(true);

  expect(await vigil('workspaces', 'archive', id)).toContain('no key opens it');
  expect(await opens(rotated.key)).toBe(false);
  expect(await vigil('workspaces', 'list')).not.toContain(id);
  expect(await vigil('workspaces', 'list', '--archived')).toMatch(new RegExp(`${id} .*archived.*payments`));
}, 30_000);

test('a revoked key opens nothing; what cannot be done says why', async () => {
  const made = JSON.parse(await vigil('keys', 'create', '--json'));
  expect(await opens(made.key)).toBe(true);
  await vigil('keys', 'revoke', made.id);
  expect(await opens(made.key)).toBe(false);
  expect(JSON.parse(await vigil('keys', 'list', '--revoked', '--json')).data).toMatchObject([
    { id: made.id, key: null, revoked_at: expect.any(String) },
  ]);
  const unknown = await runCli(['keys', 'rotate', 'apikey_none', '--url', url, '--key', ROOT]);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('apikey_none')]);
  const wrong = await runCli(['keys', 'create', '--scope', 'all', '--url', url, '--key', ROOT]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('read')]);
}, 30_000);
