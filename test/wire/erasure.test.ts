import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toFile } from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import { embedCore } from '../../src/embed.ts';
import { API_KEY, says, until } from './arms.ts';
import { verifies } from './verifies.ts';

const CANARIES = ['canary-answer-51', 'canary-question-52', 'canary-file-53', 'canary-memory-54', 'canary-memory-55'];

/** Every file below the folder in which the text stands, as it is or as base64. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const name of names.filter((one) => one.isFile())) {
    const bytes = await readFile(join(name.parentPath, name.name));
    if (bytes.includes(text) || bytes.includes(Buffer.from(text).toString('base64'))) found.push(name.name);
  }
  return found;
}

test('what was deleted, redacted or purged is in no file any more', async () => {
  verifies('sessions.delete', 'files.delete', 'memoryStores.delete', 'vaults.credentials.create');
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  const said = scriptedModel([{ blocks: [{ text: 'canary-answer-51' }] }]);
  const core = await embedCore({ dataDir, apiKey: API_KEY, models: { scripted: said } });
  const { beta } = core.client;

  const agent = await beta.agents.create({ name: 'a', model: 'scripted' });
  const environment = await beta.environments.create({ name: 'e' });
  const session = await beta.sessions.create({ agent: agent.id, environment_id: environment.id });
  const stream = await beta.sessions.events.stream(session.id);
  await beta.sessions.events.send(session.id, { events: [says('canary-question-52')] });
  await until(stream, 'session.status_idle');
  const file = await beta.files.upload({ file: await toFile(Buffer.from('canary-file-53'), 'x.txt') });
  const store = await beta.memoryStores.create({ name: 'm' });
  const place = { memory_store_id: store.id };
  const memory = await beta.memoryStores.memories.create(store.id, { path: '/a', content: 'canary-memory-54' });
  await beta.memoryStores.memories.update(memory.id, { ...place, content: 'canary-memory-55' });
  const vault = await beta.vaults.create({ display_name: 'v' });
  const auth = { type: 'static_bearer' as const, mcp_server_url: 'https://example.com', token: 'canary-token-56' };
  await beta.vaults.credentials.create(vault.id, { auth });
  for (const canary of CANARIES) expect(await filesWith(dataDir, canary), canary).not.toEqual([]);
  expect(await filesWith(dataDir, 'canary-token-56')).toEqual([]);

  await beta.memoryStores.memoryVersions.redact(memory.memory_version_id, place);
  await beta.memoryStores.delete(store.id);
  await beta.files.delete(file.id);
  await beta.sessions.delete(session.id);
  await core.close();
  for (const canary of CANARIES) expect(await filesWith(dataDir, canary), canary).toEqual([]);
  await rm(dataDir, { recursive: true, force: true });
});
