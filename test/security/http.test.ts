/** The HTTP surface, from outside and from a browser that somebody lured. Every route is tried, by the list of routes. */
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../src/core/api/routes.ts';
import { type Attack, asksPerson, attack, look, propose, report } from './hostile-model.ts';

let running: Attack;
let incident: string;
let action: string;
beforeAll(async () => {
  running = await attack([[look, report, propose]]);
  incident = await running.alert();
  const story = await running.vigil.until(incident, asksPerson);
  action = story.actions[0]?.id ?? '';
}, 60_000);
afterAll(() => running.close());

const own: [string, string][] = [
  ['GET', '/api/incidents'],
  ['GET', '/api/incidents/:id'],
  ['GET', '/api/incidents/:id/timeline'],
  ['GET', '/api/incidents/:id/stream'],
  ['GET', '/api/incidents/:id/evidence/E1'],
  ['POST', '/api/incidents/:id/resolve'],
  ['GET', '/api/actions/:action'],
  ['POST', '/api/actions/:action/decision'],
];
const every = (): [string, string][] => [
  ...own.map(([method, path]): [string, string] => [method, path.replace(':id', incident).replace(':action', action)]),
  ...routes.map(({ method, path }): [string, string] => [method, `/v1${path.replaceAll(/:\w+/g, 'x_1')}`]),
];
const call = (method: string, path: string, headers: Record<string, string> = {}, body?: string | Uint8Array) =>
  fetch(`${running.vigil.vigil.url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  });
const key = () => ({ authorization: `Bearer ${running.vigil.vigil.apiKey}` });
const decide = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
  call('POST', `/api/actions/${action}/decision`, { ...key(), 'content-type': 'application/json', ...headers }, body);
/** What an answer must never tell: stacks, paths of the machine, keys. */
function tellsNothing(text: string): void {
  expect(text).not.toMatch(/\bat .+\.(ts|js):\d+|node_modules|\/src\/|\/tmp\/|\/home\/|\/root\//);
  expect(text).not.toContain(running.vigil.vigil.apiKey);
  expect(text).not.toContain(running.vigil.vigil.hookToken);
}

describe('without the key', () => {
  test('every route of both APIs answers 401, and says nothing', { timeout: 60_000 }, async () => {
    const opened: string[] = [];
    for (const [method, path] of every()) {
      for (const method_ of [method, 'HEAD']) {
        const response = await call(
          method_,
          path,
          { 'content-type': 'application/json' },
          method_ === 'POST' ? '{}' : undefined,
        );
        tellsNothing(await response.text());
        // There is no HEAD of what is not read with GET.
        if (response.status !== 401 && !(method_ === 'HEAD' && response.status === 404)) {
          opened.push(`${method_} ${path}: ${response.status}`);
        }
      }
    }
    expect(opened).toEqual([]);
  });

  test('no look-alike of a key opens a door', async () => {
    const { apiKey, hookToken } = running.vigil.vigil;
    const tries: Record<string, string>[] = [
      { authorization: `Bearer ${hookToken}` },
      { authorization: `Bearer ${apiKey.slice(0, -1)}` },
      { authorization: `Bearer ${apiKey}x` },
      { authorization: `Bearer ${apiKey.toLowerCase()}` },
      { authorization: `Basic ${Buffer.from(`vigil:${apiKey}`).toString('base64')}` },
      { authorization: 'Bearer ' },
      { authorization: `bearer${apiKey}` },
      { 'x-api-key': '' },
      { 'x-api-key': `${apiKey},${apiKey}` },
      { cookie: `api_key=${apiKey}; authorization=Bearer ${apiKey}` },
      { 'x-forwarded-user': 'admin', 'x-org-id': '1', 'x-forwarded-for': '127.0.0.1', 'x-original-url': '/healthz' },
    ];
    for (const headers of tries) {
      for (const path of ['/api/incidents', '/v1/agents']) {
        expect((await call('GET', path, headers)).status, `${path} ${JSON.stringify(headers)}`).toBe(401);
      }
    }
  });

  test('the key in the address opens nothing', async () => {
    const { apiKey } = running.vigil.vigil;
    for (const name of ['api_key', 'key', 'token', 'access_token', 'x-api-key', 'authorization']) {
      expect((await call('GET', `/api/incidents?${name}=${apiKey}`)).status).toBe(401);
      expect((await call('GET', `/v1/agents?${name}=${apiKey}`)).status).toBe(401);
    }
  });

  test('a path that is written strangely is not another path', async () => {
    const strange = [
      '//api/incidents',
      '/api//incidents',
      '/api/incidents/',
      '/API/incidents',
      '/api/./incidents',
      '/healthz/../api/incidents',
      '/healthz/%2e%2e/api/incidents',
      '/api%2fincidents',
      '/api/incidents%00',
      '/api/incidents;/healthz',
      '/v1/../api/incidents',
      '/%76%31/agents',
    ];
    for (const path of strange) expect([400, 401, 404], path).toContain(await rawStatus('GET', path));
  });
});

describe('with the key', () => {
  test('ids that climb, inject or overflow are refused and told back short', async () => {
    const ids = [
      '..%2f..%2fetc%2fpasswd',
      '%00',
      "inc_'; DROP TABLE incidents;--",
      'inc_%',
      'a'.repeat(5000),
      '%F0%9F',
    ];
    for (const id of ids) {
      for (const path of [
        `/api/incidents/${id}`,
        `/api/actions/${id}`,
        `/v1/sessions/${id}`,
        `/v1/files/${id}/content`,
      ]) {
        const response = await call('GET', path, key());
        expect([400, 404, 414], path).toContain(response.status);
        const text = await response.text();
        tellsNothing(text);
        expect(text.length).toBeLessThan(1_000);
      }
    }
    expect((await call('GET', `/api/incidents/${incident}`, key())).status).toBe(200);
  });

  test.each(['limit=-1', 'limit=0', 'limit=1e9', 'limit=1&limit=2', 'limit=x', 'before=x', 'open=maybe'])(
    'a list asked with %s is refused',
    async (query) => {
      const response = await call('GET', `/api/incidents?${query}`, key());
      expect(response.status).toBe(400);
      tellsNothing(await response.text());
    },
  );

  test.each(['', 'x', '-1', '1e400', '0x10', '9999999999999999999', '1, 2', '../..'])(
    'a stream resumed at %j is a stream or a refusal, never a fault',
    async (position) => {
      const session = (await running.vigil.story(incident)).incident.sessionId;
      for (const path of [`/api/incidents/${incident}/stream`, `/v1/sessions/${session}/events/stream?beta=true`]) {
        const stop = new AbortController();
        const response = await fetch(`${running.vigil.vigil.url}${path}`, {
          headers: { ...key(), 'last-event-id': position },
          signal: stop.signal,
        });
        expect([200, 400]).toContain(response.status);
        stop.abort();
      }
    },
  );

  test('a decision in any odd dress decides nothing', async () => {
    const digest = (await running.vigil.story(incident)).actions[0]?.digest ?? '';
    const odd: [string, string | Uint8Array, Record<string, string>?][] = [
      ['a key twice', `{"verdict":"reject","verdict":"approve","digest":"${digest}"}`],
      ['a key twice in disguise', `{"verdict":"reject","\\u0076erdict":"approve","digest":"${digest}"}`],
      ['an own prototype', `{"__proto__":{"digest":"${digest}"},"verdict":"approve"}`],
      ['another prototype', `{"constructor":{"prototype":{"digest":"${digest}"}},"verdict":"approve"}`],
      ['nesting', `{"verdict":"approve","digest":"${digest}","reason":${'['.repeat(100_000)}`],
      ['a list', `[{"verdict":"approve","digest":"${digest}"}]`],
      ['a form', `verdict=approve&digest=${digest}`, { 'content-type': 'application/x-www-form-urlencoded' }],
      ['plain text', `{"verdict":"approve","digest":"${digest}"}`, { 'content-type': 'text/plain' }],
      ['no type', `{"verdict":"approve","digest":"${digest}"}`, { 'content-type': '' }],
      ['bytes that are no text', Uint8Array.from([0x7b, 0xff, 0x7d])],
      ['nothing', ''],
      ['a digest in capitals', JSON.stringify({ verdict: 'approve', digest: digest.toUpperCase() })],
      ['no digest', JSON.stringify({ verdict: 'approve' })],
      ['a list of digests', JSON.stringify({ verdict: 'approve', digest: [digest] })],
      ['a name of 10,000 letters', JSON.stringify({ verdict: 'approve', digest, name: 'a'.repeat(10_000) })],
      ['two megabytes', JSON.stringify({ verdict: 'approve', digest, reason: 'a'.repeat(2_000_000) })],
    ];
    for (const [what, body, headers] of odd) {
      const response = await decide(body, headers);
      expect([400, 413, 415], what).toContain(response.status);
      tellsNothing(await response.text());
    }
    expect((await running.vigil.story(incident)).actions[0]?.state.is).toBe('proposed');
  });

  test('nothing is changed by GET, HEAD, OPTIONS, or a method that pretends', async () => {
    for (const path of [`/api/actions/${action}/decision`, `/api/incidents/${incident}/resolve`]) {
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']) {
        const response = await call(method, path, { ...key(), 'x-http-method-override': 'POST' });
        expect([404, 405], `${method} ${path}`).toContain(response.status);
      }
    }
    expect((await running.vigil.story(incident)).incident.state.is).toBe('needs_approval');
  });
});

describe('a browser on another site', () => {
  test('is given no leave to read, by any route, for any origin', async () => {
    for (const origin of ['https://evil.example', 'null', running.vigil.vigil.url]) {
      for (const [method, path] of every()) {
        const asked = {
          origin,
          'access-control-request-method': method,
          'access-control-request-headers': 'authorization',
        };
        const response = await call('OPTIONS', path, asked);
        const allowed = [...response.headers.keys()].filter((name) => name.startsWith('access-control-'));
        expect(allowed, `${path} for ${origin}`).toEqual([]);
      }
      const read = await call('GET', '/healthz', { origin });
      expect(read.headers.get('access-control-allow-origin')).toBeNull();
    }
  }, 60_000);

  test('that rebinds a name to this machine still needs the key', async () => {
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost:1', '[::1]']) {
      expect(await rawStatus('GET', '/api/incidents', { host })).toBe(401);
      expect(await rawStatus('GET', '/v1/agents', { host })).toBe(401);
    }
  });

  test('never guesses a type, whatever it is given', async () => {
    for (const [path, headers] of [
      ['/', {}],
      ['/healthz', {}],
      ['/nothing-here', {}],
      ['/api/incidents', {}],
      ['/api/incidents', key()],
      ['/v1/agents', {}],
      ['/v1/agents', key()],
      ['/v1/nothing', key()],
    ] as const) {
      const response = await call('GET', path, headers);
      expect(response.headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(response.headers.get('content-type'), path).toContain('application/json');
      expect(response.headers.get('x-powered-by')).toBeNull();
    }
  });
});

test('headers of 20 kB, two lengths at once, or no host at all are refused by the parser', async () => {
  expect(await rawStatus('GET', '/healthz', { 'x-long': 'a'.repeat(20_000) })).toBe(431);
  expect(
    await rawStatus('POST', '/hooks/alertmanager', { 'content-length': '3', 'transfer-encoding': 'chunked' }),
  ).toBe(400);
});

/** As `fetch`, but the path and the headers go out as they are. */
function rawStatus(method: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  const { hostname, port } = new URL(running.vigil.vigil.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end();
  });
}
