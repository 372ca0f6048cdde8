import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Anthropic, toFile } from '@anthropic-ai/sdk';
import { Client } from 'pg';
import { expect, test, vi } from 'vitest';
import { scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import type { Blobs } from '../../src/core/ports/blobs.ts';
import { type Embedded, type EmbedOptions, embedCore } from '../../src/embed.ts';
import { missingPostgres, startPostgres } from '../kit/real-postgres.ts';
import { textInFolder } from '../kit/text-in-folder.ts';
import { API_KEY, runUntilIdle, says } from './arms.ts';
import { verifies } from './verifies.ts';

/** Each stands once in what is written, deleted, redacted or replaced. */
const CANARIES = [
  'answer-51',
  'question-52',
  'file-53',
  'memory-54',
  'memory-55',
  'skill-56',
  'version-57',
  'output-58',
  'mounted-59',
  'result-60',
  'profile-61',
].map((name) => `canary-${name}`);
/** Sealed where they rest, so that they never stand there themselves. */
const SECRETS = ['bearer-71', 'purged-72', 'rotated-73', 'repository-74', 'deployment-75', 'left-76'].map(
  (name) => `canary-${name}`,
);
/** A secret as `keyfile` seals it. */
const SEALED = /v1\.[0-9a-f]{16}\.[\w-]{40,}\.[\w-]{20,}/g;

/** What a place holds, all of it, as text. */
type Look = () => Promise<string>;

/** Every row of every table; bytes as they are. */
async function rowsOf(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query(
      "SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables WHERE table_schema = 'vigil'",
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      for (const row of (await client.query(`SELECT * FROM ${name}`)).rows) {
        texts.push(
          ...Object.values(row).map((value) =>
            Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value),
          ),
        );
      }
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

function stands(place: string, text: string): boolean {
  return place.includes(text) || place.includes(Buffer.from(text).toString('base64'));
}
function sealed(place: string): number {
  return new Set(place.match(SEALED)).size;
}

/** What takes canaries away, and how many sealed secrets with them. */
type Step = [canaries: string[], secrets: number, act: () => Promise<unknown>];

/** Writes every canary and gives back the steps that take them away again. */
async function fill({ client }: Embedded): Promise<Step[]> {
  const { beta } = client;
  const tools = [{ type: 'agent_toolset_20260401' as const }];
  const agent = await beta.agents.create({ name: 'a', model: 'scripted', tools });
  const environment = await beta.environments.create({ name: 'e' });
  const repository = { type: 'github_repository' as const, url: 'https://github.invalid/a/b' };
  const place = { agent: agent.id, environment_id: environment.id };
  const mounted = await beta.files.upload({ file: await toFile(Buffer.from('canary-mounted-59'), 'm.txt') });
  const session = await beta.sessions.create({
    ...place,
    resources: [
      { ...repository, authorization_token: 'canary-rotated-73' },
      { type: 'file', file_id: mounted.id },
    ],
  });
  const [attached, copy] = (await beta.sessions.resources.list(session.id)).data;
  await runUntilIdle(client, session.id, [says('canary-question-52')]);
  const file = await beta.files.upload({ file: await toFile(Buffer.from('canary-file-53'), 'x.txt') });
  const store = await beta.memoryStores.create({ name: 'm' });
  const memory = await beta.memoryStores.memories.create(store.id, { path: '/a', content: 'canary-memory-54' });
  await beta.memoryStores.memories.update(memory.id, { memory_store_id: store.id, content: 'canary-memory-55' });
  const bundle = async (text: string) => [
    await toFile(Buffer.from('---\nname: s\ndescription: d\n---\n'), 's/SKILL.md'),
    await toFile(Buffer.from(text), 's/data.txt'),
  ];
  const skill = await beta.skills.create({ files: await bundle('canary-skill-56') });
  const version = await beta.skills.versions.create(skill.id, { files: await bundle('canary-version-57') });
  const vault = await beta.vaults.create({ display_name: 'v' });
  const bearer = (name: string, token: string) => ({
    auth: { type: 'static_bearer' as const, mcp_server_url: `https://${name}.invalid`, token },
  });
  const kept = await beta.vaults.credentials.create(vault.id, bearer('one', 'canary-bearer-71'));
  const purged = await beta.vaults.credentials.create(vault.id, bearer('two', 'canary-purged-72'));
  await beta.vaults.credentials.create(vault.id, bearer('three', 'canary-left-76'));
  const deployment = await beta.deployments.create({
    ...place,
    name: 'd',
    initial_events: [says('go')],
    resources: [{ ...repository, authorization_token: 'canary-deployment-75' }],
  });
  const profile = await beta.userProfiles.create({ name: 'canary-profile-61' });

  const within = { session_id: session.id };
  const inStore = { memory_store_id: store.id };
  const inVault = { vault_id: vault.id };
  const id = idOf(attached);
  return [
    [[], 0, () => beta.sessions.resources.update(id, { ...within, authorization_token: 'canary-repository-74' })],
    [[], 0, () => beta.sessions.resources.delete(idOf(copy), within)],
    [['mounted-59'], 0, () => beta.files.delete(mounted.id)],
    [['memory-54'], 0, () => beta.memoryStores.memoryVersions.redact(memory.memory_version_id, inStore)],
    [['memory-55'], 0, () => beta.memoryStores.delete(store.id)],
    [['file-53'], 0, () => beta.files.delete(file.id)],
    [['version-57'], 0, () => beta.skills.versions.delete(version.id, { skill_id: skill.id })],
    [['skill-56'], 0, () => beta.skills.delete(skill.id)],
    [[], 1, () => beta.vaults.credentials.archive(purged.id, inVault)],
    [[], 1, () => beta.vaults.credentials.delete(kept.id, inVault)],
    [[], 1, () => beta.vaults.delete(vault.id)],
    [[], 1, () => beta.deployments.archive(deployment.id)],
    [['profile-61'], 0, () => beta.userProfiles.delete(profile.id)],
    [['answer-51', 'question-52', 'output-58', 'result-60'], 1, () => beta.sessions.delete(session.id)],
  ];
}

function idOf(resource: Anthropic.Beta.Sessions.BetaManagedAgentsSessionResource | undefined): string {
  return resource !== undefined && resource.type !== 'memory_store' ? resource.id : '';
}

function options(dataDir: string): EmbedOptions {
  const write = 'echo canary-output-58 > /mnt/session/outputs/o.txt; echo canary-result-60';
  const script = [
    { blocks: [{ tool: 'bash' as const, input: { command: write } }] },
    { blocks: [{ text: 'canary-answer-51' }] },
  ];
  return { dataDir, apiKey: API_KEY, models: { scripted: scriptedModel(script) } };
}

async function shows(core: Embedded, look: Look): Promise<void> {
  const before = sealed(await look());
  const steps = await fill(core);
  // Outputs are kept when the session rests.
  await vi.waitUntil(async () => stands(await look(), 'canary-output-58'), { timeout: 5_000 });
  const full = await look();
  for (const canary of CANARIES) expect(stands(full, canary), `${canary} before`).toBe(true);
  let secrets = sealed(full);
  expect(secrets).toBe(before + 5);
  for (const [canaries, fewer, act] of steps) {
    await act();
    const now = await look();
    for (const name of canaries) expect(stands(now, `canary-${name}`), `${name}: ${act}`).toBe(false);
    secrets -= fewer;
    expect(sealed(now), String(act)).toBe(secrets);
    for (const secret of SECRETS) expect(stands(now, secret), secret).toBe(false);
  }
  const empty = await look();
  for (const canary of CANARIES) expect(stands(empty, canary), canary).toBe(false);
  expect(sealed(empty)).toBe(before);
}

test('what was deleted, redacted, replaced or purged is in no file any more, while the server goes on', async () => {
  verifies(
    'sessions.delete',
    'files.delete',
    'memoryStores.delete',
    'vaults.delete',
    'skills.delete',
    'deployments.archive',
  );
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  const core = await embedCore(options(dataDir));
  await shows(core, () => textInFolder(dataDir));
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
});

const missing = missingPostgres();
test.skipIf(missing !== null)(`nor in any row of PostgreSQL${missing === null ? '' : ` (${missing})`}`, async () => {
  verifies('sessions.delete', 'files.delete', 'memoryStores.delete', 'vaults.delete', 'skills.delete');
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  const postgres = await startPostgres();
  const core = await embedCore({ ...options(dataDir), database: { url: postgres.url } });
  await shows(core, () => rowsOf(postgres.url));
  await core.close();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test('bytes that somebody holds while their file is deleted go when they let go, also after a restart', async () => {
  verifies('files.delete');
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  let blobs: Blobs | null = null;
  const start = () =>
    embedCore({
      ...options(dataDir),
      wrap(ports) {
        blobs = ports.blobs;
        return ports;
      },
    });
  let core = await start();
  let letGo = (): void => undefined;
  const file = await core.client.beta.files.upload({ file: await toFile(Buffer.from('canary-held-80'), 'h.txt') });
  const held = blobsOf(blobs).hold(() => new Promise<void>((resolve) => (letGo = resolve)));
  await core.client.beta.files.delete(file.id);
  expect(stands(await textInFolder(dataDir), 'canary-held-80')).toBe(true);
  letGo();
  await held;
  await core.close();
  core = await start();
  await vi.waitUntil(async () => !stands(await textInFolder(dataDir), 'canary-held-80'), { timeout: 5_000 });
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Set by `wrap`, which the compiler does not see. */
function blobsOf(blobs: unknown): Blobs {
  return blobs as Blobs;
}
