import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Embedded, embedCore } from '../../src/embed.ts';
import { type FakeAnthropic, fakeAnthropic } from '../kit/fake-anthropic.ts';
import { type StubApi, stubApi } from '../kit/stub-api.ts';
import { API_KEY } from './arms.ts';
import { verifies } from './verifies.ts';

const OURS = 'sk-ant-the-servers-own-key';

interface Opened {
  core: Embedded;
  url: string;
  close(): Promise<void>;
}

async function open(baseURL: string): Promise<Opened> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  const core = await embedCore({ dataDir, apiKey: API_KEY, anthropic: { apiKey: OURS, baseURL } });
  const server = Fastify({ forceCloseConnections: true });
  await server.register(core.plugin);
  return {
    core,
    url: await server.listen({ port: 0, host: '127.0.0.1' }),
    async close() {
      await server.close();
      await core.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

const messages = [{ role: 'user' as const, content: 'hi' }];

describe('the Messages API behind the server', () => {
  let stub: StubApi;
  let fake: FakeAnthropic;
  let onStub: Opened;
  let onFake: Opened;
  let answer: Parameters<typeof stubApi>[0] = () => undefined;
  beforeAll(async () => {
    stub = await stubApi((asked) => answer(asked));
    fake = await fakeAnthropic({ blocks: [{ text: 'Hello.' }] });
    [onStub, onFake] = await Promise.all([open(stub.url), open(fake.url)]);
  });
  afterAll(async () => {
    await Promise.all([onStub.close(), onFake.close()]);
    await Promise.all([stub[Symbol.asyncDispose](), fake.close()]);
  });
  const clients = ({ core, url }: Opened) => [
    core.client,
    new Anthropic({ apiKey: API_KEY, baseURL: url, maxRetries: 0 }),
  ];

  test('a request goes on byte for byte under the key of the server, and the answer comes back', async () => {
    verifies('messages.create', 'messages.countTokens');
    const body = '{ "model":"m",  "max_tokens":1.0, "messages":[] , "messages":[{"role":"user","content":"\\u0068i"}]}';
    answer = () => ({
      text: '{"id":"msg_1",  "type":"message"}',
      headers: { 'request-id': 'req_theirs', 'set-cookie': 'a=b' },
    });
    const reply = await fetch(`${onStub.url}/v1/messages`, {
      method: 'POST',
      headers: {
        'x-api-key': API_KEY,
        cookie: 'c=d',
        'anthropic-beta': 'some-beta',
        'anthropic-version': '2023-06-01',
      },
      body,
    });
    expect([reply.status, await reply.text()]).toEqual([200, '{"id":"msg_1",  "type":"message"}']);
    expect([reply.headers.get('request-id'), reply.headers.get('set-cookie')]).toEqual(['req_theirs', null]);
    const asked = stub.asked.at(-1);
    expect(asked).toMatchObject({ path: '/v1/messages', body });
    expect(asked?.headers).toMatchObject({ authorization: `Bearer ${OURS}`, 'anthropic-beta': 'some-beta' });
    expect(JSON.stringify(asked?.headers)).not.toMatch(new RegExp(`${API_KEY}|cookie|c=d`));
    answer = () => ({ json: { input_tokens: 7 } });
    for (const client of clients(onStub)) {
      expect(await client.messages.countTokens({ model: 'm', messages })).toEqual({ input_tokens: 7 });
      expect(await client.beta.messages.countTokens({ model: 'm', messages })).toEqual({ input_tokens: 7 });
      expect(stub.asked.at(-1)?.path).toBe('/v1/messages/count_tokens');
    }
  });

  test('a stream comes as it is written, and ends at the service when the reader leaves', async () => {
    verifies('messages.create');
    for (const client of clients(onFake)) {
      const message = await client.messages.stream({ model: 'm', max_tokens: 9, messages }).finalMessage();
      expect(message.content).toMatchObject([{ type: 'text', text: 'Hello.' }]);
    }
    fake.replies.splice(0, fake.replies.length, { blocks: [{ text: 'slow' }], betweenMs: 400 });
    for (const [index, client] of clients(onFake).entries()) {
      const stream = await client.messages.create({ model: 'm', max_tokens: 9, messages, stream: true });
      for await (const event of stream) {
        expect(event.type).toBe('message_start');
        break;
      }
      await vi.waitFor(() => expect(fake.hangups()).toBe(index + 1), { timeout: 3_000 });
    }
  });

  test('errors of the service are those of the caller, without the key in any form', async () => {
    verifies('messages.create');
    const encoded = Buffer.from(`key:${OURS}`).toString('base64');
    answer = () => ({
      status: 429,
      headers: { 'retry-after': '7', 'anthropic-ratelimit-requests-remaining': '0' },
      json: { type: 'error', error: { type: 'rate_limit_error', message: `too many for ${OURS} ${encoded}` } },
    });
    const [client] = clients(onStub);
    const refused = await client?.messages
      .create({ model: 'm', max_tokens: 1, messages }, { maxRetries: 0 })
      .catch((error: unknown) => error);
    if (!(refused instanceof Anthropic.RateLimitError)) throw new Error('it was not refused', { cause: refused });
    expect(refused.headers.get('retry-after')).toBe('7');
    expect(refused.headers.get('anthropic-ratelimit-requests-remaining')).toBe('0');
    expect(refused.message).toContain('too many for [secret]');
    expect(refused.message).not.toContain('sk-ant');
    expect(refused.message).not.toContain(encoded.slice(8, 30));
  });

  test('a service that is not there, or leads elsewhere, is told as one to try again', async () => {
    verifies('messages.create');
    const elsewhere = { status: 307, headers: { location: `${onFake.url}/v1/messages` } };
    const hangUp = (response: ServerResponse) => void response.destroy();
    for (const given of [hangUp, elsewhere]) {
      answer = () => given;
      for (const client of clients(onStub)) {
        const attempt = client.messages.create({ model: 'm', max_tokens: 1, messages }, { maxRetries: 0 });
        await expect(attempt).rejects.toMatchObject({ status: 503, type: 'api_error' });
      }
    }
  });
});
