/** The alert webhook, attacked from the internet and by a sender that holds the token but not our interest. */
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { alertBody } from '../survival/tiny-world.ts';
import { type Attack, attack } from './hostile-model.ts';

let running: Attack;
beforeAll(async () => {
  running = await attack([[]]);
});
afterAll(() => running.close());

const url = () => `${running.vigil.vigil.url}/hooks/alertmanager`;
const token = () => running.vigil.vigil.hookToken;
const send = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
  fetch(url(), { method: 'POST', headers, body: Buffer.from(body) });
const signed = (body: string | Uint8Array) => send(body, { authorization: `Bearer ${token()}` });
const count = async () => (await running.vigil.incidents()).length;
function alertWith(labels: Record<string, string>, over: Record<string, unknown> = {}, group = crypto.randomUUID()) {
  const [alert] = z(alertBody());
  return JSON.stringify({
    ...alertBody(),
    groupKey: group,
    alerts: [{ ...alert, fingerprint: group.slice(0, 36), labels: { ...alert?.labels, ...labels }, ...over }],
  });
}
const z = (body: object) => (body as { alerts: { labels: Record<string, string> }[] }).alerts;
/** The incident of this alert, once it is there. */
async function incidentOf(body: string) {
  expect((await signed(body)).status).toBe(202);
  const { groupKey } = JSON.parse(body);
  const find = async () => (await running.vigil.incidents()).find((one) => one.groupKey.endsWith(`/${groupKey}`));
  await expect.poll(find, { timeout: 15_000 }).toBeDefined();
  return find();
}

describe('without the token', () => {
  test('a good body is refused before anything parses or stores it', async () => {
    const before = await count();
    const parse = vi.spyOn(JSON, 'parse');
    const body = alertWith({});
    const response = await send(body);
    const read = parse.mock.calls.some(([text]) => text === body);
    parse.mockRestore();
    expect([response.status, read]).toEqual([401, false]);
    expect(await count()).toBe(before);
  });

  test.each([
    ['the API key', () => `Bearer ${running.vigil.vigil.apiKey}`],
    ['one letter less', () => `Bearer ${token().slice(0, -1)}`],
    ['one letter more', () => `Bearer ${token()}x`],
    ['another case', () => `Bearer ${token().toUpperCase()}`],
    ['nothing after the scheme', () => 'Bearer '],
    ['another scheme', () => `Basic ${Buffer.from(`:${token()}`).toString('base64')}`],
    ['the token twice', () => `Bearer ${token()}, Bearer ${token()}`],
    ['ten thousand letters', () => `Bearer ${'a'.repeat(10_000)}`],
    ['ten thousand candidates', () => Array.from({ length: 1_000 }, (_, n) => `Bearer ${n}`).join(', ')],
    ['letters beyond ASCII', () => 'Bearer \u00e9\u00fc'],
  ])('%s opens nothing, and is no fault of ours', async (_, authorization) => {
    expect((await send(alertWith({}), { authorization: authorization() })).status).toBe(401);
  });

  test('the token in the address opens nothing', async () => {
    const response = await fetch(`${url()}?token=${token()}&access_token=${token()}`, {
      method: 'POST',
      body: alertWith({}),
    });
    expect(response.status).toBe(401);
  });

  test('a stranger may not even send a body: the answer comes before it', async () => {
    const socket = await open();
    socket.write('POST /hooks/alertmanager HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n{');
    expect(await firstBytes(socket)).toContain('401');
  });
});

describe('with the token', () => {
  test('the same bytes again are one delivery', async () => {
    const body = alertWith({});
    const answers = await Promise.all(Array.from({ length: 20 }, async () => (await signed(body)).text()));
    expect(answers.filter((answer) => answer.includes('"duplicate":false'))).toHaveLength(1);
    expect(await incidentOf(body)).toBeDefined();
  });

  test.each([
    ['nesting', `{"a":${'['.repeat(200_000)}`],
    ['an own prototype', '{"__proto__":{"isAdmin":true}}'],
    ['an own prototype in disguise', '{"\\u005f_proto__":{"isAdmin":true}}'],
    ['a key twice', alertWith({}).replace('"version":"4"', '"version":"4","version":"4"')],
    ['a key twice in disguise', alertWith({}).replace('"version":"4"', '"version":"4","\\u0076ersion":"4"')],
    ['half a character', Uint8Array.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d])],
    ['nothing', ''],
    ['null', 'null'],
    ['a number', '1e999'],
    ['a list', '[]'],
    ['another version', alertWith({}).replace('"4"', '"3"')],
  ])('%s is kept apart for a person and opens no incident', async (_, body) => {
    const before = await count();
    const response = await signed(body);
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ accepted: false });
    expect(await count()).toBe(before);
    expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false);
  });

  test('bytes that are no UTF-8 are kept apart, not guessed', async () => {
    const good = Buffer.from(alertWith({ note: 'X' }));
    good[good.indexOf('"X"') + 1] = 0xff;
    expect(await (await signed(good)).json()).toMatchObject({ accepted: false });
  });

  test('more than 1 MiB is refused, also in pieces of unknown length', async () => {
    expect((await signed(`"${'x'.repeat(1_100_000)}"`)).status).toBe(413);
    const pieces = new ReadableStream({
      start(controller) {
        for (let n = 0; n < 20; n++) controller.enqueue(Buffer.alloc(100_000, 32));
        controller.close();
      },
    });
    const init = { method: 'POST', headers: { authorization: `Bearer ${token()}` }, body: pieces, duplex: 'half' };
    const status = await fetch(url(), init as RequestInit).then(
      (response) => response.status,
      () => 'cut off',
    );
    expect([413, 'cut off']).toContain(status);
  });

  test('a compressed body is refused unread', async () => {
    const headers = { authorization: `Bearer ${token()}`, 'content-encoding': 'gzip' };
    expect((await send(gzipSync(Buffer.alloc(50_000_000)), headers)).status).toBe(415);
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])(
    'a severity called %s is an unknown one',
    async (severity) => {
      const incident = await incidentOf(alertWith({ severity }));
      expect(incident?.severity).toBe('unknown');
    },
  );

  test('nothing that an alert names is fetched', async () => {
    const asked: string[] = [];
    const listener = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const bait = (name: string) => `http://127.0.0.1:${port}/${name}`;
    const names = ['runbook_url', 'runbook', 'dashboard_url', 'dashboard', 'imageUrl', '__dashboardUid__', 'summary'];
    const annotations = Object.fromEntries(names.map((name) => [name, bait(name)]));
    const incident = await incidentOf(alertWith({}, { annotations, generatorURL: bait('generator') }));
    await running.vigil.until(incident?.id ?? '', ({ incident: { state } }) => state.is === 'failed');
    listener.close();
    expect(asked).toEqual([]);
  });

  test('a link that is a program is dropped', async () => {
    const bad = 'javascript:alert(1)';
    const incident = await incidentOf(
      alertWith({}, { generatorURL: bad, annotations: { runbook_url: bad, dashboard: 'data:text/html,x' } }),
    );
    expect(incident?.alerts[0]?.links).toEqual([]);
  });
});

describe('slow senders', () => {
  test('headers that never end, and bodies that never end, are cut off', { timeout: 60_000 }, async () => {
    const began = Date.now();
    const slow = await Promise.all(Array.from({ length: 100 }, open));
    for (const [n, socket] of slow.entries()) {
      socket.write('POST /hooks/alertmanager HTTP/1.1\r\nhost: a\r\n');
      if (n % 2 === 0) socket.write(`authorization: Bearer ${token()}\r\ncontent-length: 100\r\n\r\n{`);
    }
    const drip = setInterval(() => {
      for (const socket of slow) if (!socket.destroyed) socket.write('a');
    }, 2_000);
    const gone = Promise.all(slow.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    const health = Date.now();
    expect((await fetch(`${running.vigil.vigil.url}/healthz`)).status).toBe(200);
    expect(Date.now() - health).toBeLessThan(2_000);
    await gone;
    clearInterval(drip);
    expect(Date.now() - began).toBeLessThan(35_000);
  });
});

function open(): Promise<Socket> {
  const { hostname, port } = new URL(url());
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.on('error', reject);
  });
}

function firstBytes(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), 5_000);
    socket.once('data', (bytes) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(bytes.toString());
    });
  });
}
