/** The agent of docs/agents.md, as it stands there, against a server: with a model that plays its part. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { scriptedModel } from '../src/core/adapters/scripted/index.ts';
import { embedCore } from '../src/embed.ts';
import { packageRoot } from '../src/lib/package-root.ts';

test('the agent that the documents write answers by its own tool', async () => {
  const text = await readFile(join(packageRoot(), 'docs/agents.md'), 'utf8');
  const [, program = ''] = /^```ts\n([\s\S]*?)^```/m.exec(text) ?? [];
  const dataDir = await mkdtemp(join(tmpdir(), 'vigil-own-agent-'));
  const script = [
    { blocks: [{ tool: 'who_is_on_call', input: { team: 'payments' } }] },
    { blocks: [{ text: 'Ann is, until six.' }] },
  ];
  const core = await embedCore({ dataDir, apiKey: 'key', models: { 'scripted-rota': scriptedModel(script) } });
  const server = Fastify({ forceCloseConnections: true });
  await server.register(core.plugin);
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  // Where packages are found.
  const file = join(packageRoot(), `dist/own-agent-${process.pid}.ts`);
  await writeFile(file, program);
  try {
    const env = { PATH: process.env.PATH ?? '', VIGIL_URL: url, VIGIL_API_KEY: 'key', MODEL: 'scripted-rota' };
    const run = promisify(execFile)(process.execPath, ['--import', './test/kit/strip-types.mjs', file], {
      cwd: packageRoot(),
      env,
      timeout: 25_000,
    });
    expect((await run).stdout).toBe('answered who_is_on_call\nAnn is, until six.\n');
    const session = (await core.client.beta.sessions.list()).data[0];
    const events = await core.client.beta.sessions.events.list(session?.id ?? '', {
      types: ['user.custom_tool_result'],
    });
    expect(JSON.stringify(events.data)).toContain('Ann, until 18:00 UTC');
  } finally {
    await rm(file);
    await server.close();
    await core.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}, 30_000);
