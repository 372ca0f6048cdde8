import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../kit/free-port.ts';
import { API_KEY, onAllArms } from './arms.ts';
import { carried, kept, refused, send } from './hostile-bodies.ts';
import { verifies } from './verifies.ts';

const PATH = '/v1/agents';
const agentWith = (properties: string) =>
  `{"name":"kept","model":"scripted-none","tools":[{"type":"custom","name":"t","description":"d","input_schema":{"type":"object","properties":{"x":${properties}}}}]}`;

onAllArms('bodies at the edge', (wire) => {
  const agents = async () => (await wire().client.beta.agents.list({ limit: 100 })).data.map(({ id }) => id);

  test('what is refused is refused in words, changes nothing, and the server goes on', async () => {
    verifies('wire.bodies');
    const before = await agents();
    for (const [name, { status, says, ...sent }] of Object.entries(refused)) {
      const answer = await send(wire().url, API_KEY, PATH, sent);
      expect(answer.status, name).toBe(status);
      expect(JSON.parse(answer.body), name).toMatchObject({
        type: 'error',
        error: {
          type: status === 413 ? 'request_too_large' : 'invalid_request_error',
          message: expect.stringMatching(says),
        },
        request_id: expect.any(String),
      });
    }
    expect(await agents()).toEqual(before);
  });

  test('a request whose length is a lie is cut off, and nothing of it is done', async () => {
    verifies('wire.bodies');
    const before = await agents();
    const body = Buffer.from('{"name":"cut","model":"scripted-none"}');
    const chunk = Buffer.from(`${body.length.toString(16)}\r\n${body}\r\n`);
    const lies: [string, Buffer, number][] = [
      [`content-length: ${body.length + 10}\r\n`, body, 0],
      [`content-length: ${body.length - 10}\r\n`, body, 400],
      ['content-length: -1\r\n', body, 400],
      [`content-length: ${body.length}\r\ncontent-length: 1\r\n`, body, 400],
      [`content-length: ${body.length}\r\ntransfer-encoding: chunked\r\n`, chunk, 400],
      ['transfer-encoding: chunked\r\n', chunk, 0],
      ['transfer-encoding: chunked\r\n', Buffer.from(`zz\r\n${body}\r\n0\r\n\r\n`), 400],
      ['content-length: 34000000\r\n', body, 413],
    ];
    for (const [head, sent, status] of lies) {
      const answer = await send(wire().url, API_KEY, PATH, { body: sent }, head, status === 0 ? 400 : undefined);
      expect(answer.status, head).toBe(status);
    }
    expect(await agents()).toEqual(before);
  });

  test('what is accepted comes back as it was, however it came', async () => {
    verifies('wire.bodies');
    for (const [name, { json, back = json }] of Object.entries(kept)) {
      const made = await send(wire().url, API_KEY, PATH, { body: Buffer.from(agentWith(json)) });
      expect(made.status, `${name}: ${made.body.slice(0, 300)}`).toBe(200);
      const { id, tools } = JSON.parse(made.body);
      expect(tools[0].input_schema.properties.x, name).toEqual(JSON.parse(back));
      const read = await wire().client.beta.agents.retrieve(id).asResponse();
      expect(await read.text(), name).toContain(JSON.stringify(JSON.parse(back)));
    }
    for (const [name, carry] of Object.entries(carried)) {
      const made = await send(wire().url, API_KEY, PATH, carry(agentWith('"é"')));
      expect([made.status, JSON.parse(made.body).tools?.[0].input_schema.properties.x], name).toEqual([200, 'é']);
    }
  });
});

test('whatever comes, in whatever number, the server keeps within its memory', async () => {
  verifies('wire.bodies');
  const dir = await mkdtemp(join(tmpdir(), 'bodies-'));
  const port = await freePort();
  const program = join(import.meta.dirname, '../kit/core-program.ts');
  const types = join(import.meta.dirname, '../kit/strip-types.mjs');
  const child = spawn(process.execPath, ['--import', types, program, dir, String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  });
  await once(child.stdout, 'data');
  const url = `http://127.0.0.1:${port}`;
  for (const name of ['a text of 33 MB', 'much in little gzip', 'more keys than any request has', 'a million levels']) {
    const sent = refused[name];
    if (sent === undefined) throw new Error(`there is no body "${name}"`);
    const answers = await Promise.all([1, 2, 3].map(() => send(url, 'program-key', PATH, sent)));
    expect(
      answers.map(({ status }) => status),
      name,
    ).toEqual([sent.status, sent.status, sent.status]);
  }
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  const peakMb = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  expect(peakMb).toBeLessThan(600);
});
