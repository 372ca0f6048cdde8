import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Script, scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import type { ModelRequest } from '../../src/core/ports/model.ts';
import { embedCore } from '../../src/embed.ts';
import { gitIn, gitWorkshop, type Workshop } from '../kit/git-repository.ts';
import { type GitServer, startGitServer } from '../kit/git-server.ts';
import { textInFolder } from '../kit/text-in-folder.ts';
import { API_KEY, history, onBothArms, refusal, runUntilIdle, type Session, says } from './arms.ts';
import { verifies } from './verifies.ts';

type Played = Extract<Script, readonly unknown[]>[number];
const tools = [{ type: 'agent_toolset_20260401' as const }];
const bash = (command: string): Played => ({ blocks: [{ tool: 'bash', input: { command } }] });
const done: Played = { blocks: [{ text: 'done' }] };
const token = 'ghp_canaryOfTheWire';

let shop: Workshop;
let server: GitServer;
let root: string;
let name: string;
let first: string;
let second: string;
beforeAll(async () => {
  shop = await gitWorkshop();
  first = await shop.commit('first', { 'README.md': 'one\n' });
  second = await shop.commit('second', { 'README.md': 'two\n', 'src/main.ts': 'export {};\n' });
  const bare = await shop.bare();
  root = dirname(bare);
  name = basename(bare);
  server = await startGitServer(root);
});
afterAll(async () => {
  await server.close();
  await shop.remove();
});
beforeEach(() => {
  server.token = token;
  server.instead = null;
  server.asked = [];
});

const repository = (more: object = {}) => ({
  type: 'github_repository' as const,
  url: server.url(name),
  authorization_token: token,
  mount_path: '/workspace/shop',
  ...more,
});
/** Plays the answers one after the other and keeps what was asked. */
function playing(...answers: Played[]): { script: Script; asked: ModelRequest[] } {
  const asked: ModelRequest[] = [];
  const script: Script = (request) => {
    asked.push(structuredClone(request));
    return answers[asked.length - 1] ?? done;
  };
  return { script, asked };
}
async function results(client: Anthropic, session: string): Promise<string[]> {
  return (await history(client, session)).flatMap((event) =>
    event.type === 'agent.tool_result'
      ? [(event.content ?? []).map((block) => (block.type === 'text' ? block.text : '')).join('')]
      : [],
  );
}
async function errors(client: Anthropic, session: string) {
  return (await history(client, session)).flatMap((event) => (event.type === 'session.error' ? [event.error] : []));
}
async function repositoryOf(client: Anthropic, session: string): Promise<string> {
  const [one] = (await client.beta.sessions.resources.list(session)).data;
  return one?.type === 'github_repository' ? one.id : '';
}

onBothArms('repositories of a session', (wire) => {
  test('one stands in the sandbox at its commit, is the agent’s to change, and its token is nowhere to be found', async () => {
    verifies('wire.repositories', 'sessions.create', 'sessions.resources.list');
    const { client, dataDir } = wire();
    const { script, asked } = playing(
      bash('cd /workspace/shop; cat README.md; ls src; echo three > README.md; cat README.md; ls -a'),
      bash('env; cat /proc/*/environ; grep -r canaryOfTheWire / || echo clean'),
      done,
    );
    const resources = [
      repository(),
      repository({ checkout: { type: 'commit', sha: first.slice(0, 9) }, mount_path: '/old' }),
    ];
    const session = await wire().session(script, { tools }, { resources });
    await runUntilIdle(client, session.id, [says('go')]);
    expect(asked[0]?.system).toContain(
      '# Repositories\nChecked out in the sandbox: the files of one commit, without history. Changes stay in the sandbox.\n' +
        `- /workspace/shop: ${server.url(name)} at commit ${second}\n- /old: ${server.url(name)} at commit ${first}`,
    );
    expect(new Set(asked.map((request) => request.system)).size).toBe(1);
    const [seen, searched] = await results(client, session.id);
    expect(seen).toBe('two\nmain.ts\nthree\n.\n..\nREADME.md\nsrc');
    expect(searched).toContain('clean');
    expect(await errors(client, session.id)).toEqual([]);
    const everything = JSON.stringify([
      asked,
      await history(client, session.id),
      await client.beta.sessions.retrieve(session.id),
      server.asked,
    ]);
    const words = [token, Buffer.from(`x-access-token:${token}`).toString('base64')];
    const stored = await textInFolder(dataDir);
    for (const word of words) expect([everything.includes(word), stored.includes(word)]).toEqual([false, false]);
  });

  test('one that cannot be had is said in the log, the prompt and nowhere else; another token brings it at the next turn', async () => {
    verifies('wire.repositories', 'sessions.resources.update', 'sessions.resources.delete');
    const { client } = wire();
    const { script, asked } = playing(bash('ls /workspace'), done, bash('cat /workspace/shop/README.md'), done);
    const resources = [repository({ authorization_token: 'ghp_wrong' })];
    const session = await wire().session(script, { tools }, { resources });
    await runUntilIdle(client, session.id, [says('go')]);
    expect(asked[0]?.system).toContain(
      `These could not be checked out. Go on without them:\n- ${server.url(name)} is not at /workspace/shop: its host refused the authorization_token`,
    );
    expect(await errors(client, session.id)).toEqual([
      {
        type: 'repository_authentication_error',
        message: expect.stringContaining('nothing was checked out at /workspace/shop'),
        repository_url: server.url(name),
        retry_status: { type: 'retrying' },
      },
    ]);
    expect((await history(client, session.id)).at(-1)).toMatchObject({ stop_reason: { type: 'end_turn' } });
    const id = await repositoryOf(client, session.id);
    const place = { session_id: session.id };
    const rotated = await client.beta.sessions.resources.update(id, { ...place, authorization_token: token });
    expect(rotated).toEqual({ ...session.resources[0], updated_at: expect.any(String) });
    await runUntilIdle(client, session.id, [says('again')]);
    expect(asked[2]?.system).toContain(`- /workspace/shop: ${server.url(name)} at commit ${second}`);
    expect((await results(client, session.id))[1]).toBe(
      `[Repository ${server.url(name)} is now checked out at /workspace/shop.]\ntwo`,
    );
    expect(await errors(client, session.id)).toHaveLength(1);
    expect(await refusal(client.beta.sessions.resources.delete(id, place))).toMatchObject({ status: 400 });
  });

  test('a fetch that fails after the commit was decided is told to the agent, and the turn goes on', async () => {
    verifies('wire.repositories');
    const { client } = wire();
    const { script, asked } = playing(bash('ls /workspace'), done);
    const resources = [repository({ checkout: { type: 'commit', sha: 'd'.repeat(40) } })];
    const session = await wire().session(script, { tools }, { resources });
    await runUntilIdle(client, session.id, [says('go')]);
    expect((await results(client, session.id))[0]).toContain(
      'could not be checked out at /workspace/shop: its host does not',
    );
    expect(await errors(client, session.id)).toMatchObject([{ type: 'repository_checkout_error' }]);
    expect(asked[1]?.system).toContain('is not at /workspace/shop: its host does not have this commit');
    expect((await history(client, session.id)).at(-1)).toMatchObject({ stop_reason: { type: 'end_turn' } });
  });

  test('a fork works on the same commit, with the same token', async () => {
    verifies('wire.repositories', 'wire.fork');
    const { client } = wire();
    const bare = join(root, name);
    await gitIn(bare, 'branch', '--force', 'moving', second);
    const resources = [repository({ checkout: { type: 'branch', name: 'moving' } })];
    const { script, asked } = playing(done, bash('cat /workspace/shop/README.md'));
    const session = await wire().session(script, { tools }, { resources });
    await runUntilIdle(client, session.id, [says('go')]);
    await gitIn(bare, 'branch', '--force', 'moving', first);
    const fork = await client.post<Session>(`/v1/sessions/${session.id}/fork`, { body: {} });
    expect(await repositoryOf(client, fork.id)).not.toBe(await repositoryOf(client, session.id));
    await runUntilIdle(client, fork.id, [says('on')]);
    expect(await results(client, fork.id)).toEqual(['two']);
    expect(asked[1]?.system).toBe(asked[0]?.system);
  });

  test('an address with a password or without a repository, a place under /mnt and two at one place are refused', async () => {
    verifies('sessions.create');
    const { client } = wire();
    const base = await wire().session([]);
    const create = (...resources: object[]) =>
      client.beta.sessions.create({
        agent: base.agent.id,
        environment_id: base.environment_id,
        resources: resources as Anthropic.Beta.Sessions.BetaManagedAgentsGitHubRepositoryResourceParams[],
      });
    const of = (url: string, more: object = {}) => ({ type: 'github_repository', url, ...more });
    const place = 'https://github.invalid/acme/shop';
    for (const bad of [
      of(`https://x:${token}@github.invalid/acme/shop`),
      of('git@github.invalid:acme/shop'),
      of('http://github.invalid/acme/shop'),
      of('file:///etc'),
      of('ssh://github.invalid/acme/shop'),
      of('https://github.invalid/'),
      of(place, { mount_path: '/mnt/skills/x' }),
      of(place, { mount_path: '/srv/../mnt/x' }),
      of(place, { mount_path: '../mnt/x' }),
      of(place, { mount_path: '/' }),
      of(place, { checkout: { type: 'commit', sha: 'zz' } }),
    ]) {
      const { status, error } = await refusal(create(bad));
      expect(status, JSON.stringify(bad)).toBe(400);
      expect(JSON.stringify(error)).not.toContain(token);
    }
    const relative = await create(of(place, { mount_path: 'infra/main' }));
    expect(relative.resources).toMatchObject([{ mount_path: '/workspace/infra/main' }]);
    const twice = of(place);
    await expect(create(twice, twice)).rejects.toThrow('in the way');
    const made = await create(of(`${place}.git`, { checkout: { type: 'branch', name: 'main' } }));
    expect(made.resources).toEqual([
      {
        id: expect.stringMatching(/^sesrsc_/),
        type: 'github_repository',
        url: `${place}.git`,
        mount_path: '/workspace/shop',
        checkout: { type: 'branch', name: 'main' },
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    ]);
  });
});

test('the commit is decided once: another process that takes the session over works on the same', async () => {
  verifies('wire.repositories');
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  const asked: ModelRequest[] = [];
  const scripted = scriptedModel((request) => {
    asked.push(structuredClone(request));
    return asked.length % 2 === 1 ? bash('cat /workspace/shop/README.md') : done;
  });
  const start = () => embedCore({ dataDir, apiKey: API_KEY, models: { scripted }, privateHosts: ['127.0.0.1'] });
  let core = await start();
  const { agents, environments, sessions } = core.client.beta;
  const agent = await agents.create({ name: 'a', model: 'scripted', tools });
  const environment = await environments.create({ name: 'e' });
  const own = await gitWorkshop();
  const was = await own.commit('was', { 'README.md': 'was\n' });
  const bare = await own.bare();
  const moving = await startGitServer(dirname(bare));
  const url = moving.url(basename(bare));
  const session = await sessions.create({
    agent: agent.id,
    environment_id: environment.id,
    resources: [{ type: 'github_repository', url, mount_path: '/workspace/shop' }],
  });
  await runUntilIdle(core.client, session.id, [says('go')]);
  await core.close();
  await own.commit('is', { 'README.md': 'is\n' });
  await gitIn(own.folder, 'push', '--quiet', bare, 'main');
  core = await start();
  await runUntilIdle(core.client, session.id, [says('again')]);
  expect(await results(core.client, session.id)).toEqual(['was', expect.stringMatching(/\nwas$/)]);
  expect(asked[2]?.system).toContain(was);
  await core.close();
  await moving.close();
  await own.remove();
  await rm(dataDir, { recursive: true, force: true });
});
