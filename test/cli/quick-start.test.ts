/** What the SDK's own documentation starts with, unchanged but for address and model, against `vigil serve`. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { expect, onTestFinished, test } from 'vitest';
import { fakeAnthropic } from '../kit/fake-anthropic.ts';
import { startCli } from '../kit/run-cli.ts';

test('an agent, an environment, a session, a message, and its answer from the stream', async () => {
  const model = await fakeAnthropic({ blocks: [{ text: 'Hello from the agent.' }] });
  onTestFinished(() => model.close());
  const data = await mkdtemp(join(tmpdir(), 'vigil-serve-'));
  const vigil = startCli(['serve', '--port', '0', '--data', data], {
    env: { ANTHROPIC_API_KEY: 'sk-ant-of-the-test', ANTHROPIC_BASE_URL: model.url },
  });
  onTestFinished(() => void vigil.process.kill('SIGKILL'));
  const [, baseURL = ''] = await vigil.prints(/vigil listening on (\S+)/);
  const client = new Anthropic({ baseURL, apiKey: (await readFile(join(data, 'api-key'), 'utf8')).trim() });

  const agent = await client.beta.agents.create({
    name: 'Coding Assistant',
    model: 'claude-opus-4-6',
    system: 'You are a helpful coding assistant.',
    tools: [{ type: 'agent_toolset_20260401' }],
  });
  const environment = await client.beta.environments.create({
    name: 'quickstart-env',
    config: { type: 'cloud', networking: { type: 'unrestricted' } },
  });
  const session = await client.beta.sessions.create({
    agent: agent.id,
    environment_id: environment.id,
    title: 'Quickstart session',
  });
  const stream = await client.beta.sessions.events.stream(session.id);
  await client.beta.sessions.events.send(session.id, {
    events: [{ type: 'user.message', content: [{ type: 'text', text: 'Say hello.' }] }],
  });
  let said = '';
  for await (const event of stream) {
    if (event.type === 'agent.message') {
      for (const block of event.content) if (block.type === 'text') said += block.text;
    }
    if (event.type === 'session.status_idle') break;
  }
  expect(said).toBe('Hello from the agent.');
  expect(model.requests[0]?.body).toMatchObject({ model: 'claude-opus-4-6', stream: true });
  vigil.process.kill('SIGTERM');
  expect(await vigil.ended).toBe(0);
});
