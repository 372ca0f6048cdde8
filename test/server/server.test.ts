/** The edge: who is let in, what is refused and how, what is kept. Real HTTP against the whole server. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sqliteIncidents } from '../../src/adapters/sqlite/index.ts';
import { type Incidents, IncidentsUnavailable } from '../../src/sre/ports/incidents.ts';
import { type RunningVigil, runVigil } from '../kit/running-vigil.ts';

const payload = (name: string) => readFile(new URL(`../adapters/alertmanager/${name}.json`, import.meta.url));
const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() }) });
const listBody = z.object({ data: z.array(z.object({ id: z.templateLiteral(['inc_', z.string()]) })) });
let running: RunningVigil;
let store: Incidents;
let broken = false;

beforeAll(async () => {
  const { mkdtemp } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const dataDir = await mkdtemp(join(tmpdir(), 'vigil-server-'));
  store = await sqliteIncidents(join(dataDir, 'vigil.db'));
  const incidents: Incidents = {
    ...store,
    receive: (...args) => (broken ? Promise.reject(new IncidentsUnavailable('disk full')) : store.receive(...args)),
  };
  running = await runVigil({ dataDir, forge: 'none' }, { incidents });
});
afterAll(() => running.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${running.vigil.url}${path}`, { headers });
const auth = () => ({ authorization: `Bearer ${running.vigil.apiKey}` });
const errorOf = async (response: Response) => ({
  status: response.status,
  ...errorBody.parse(await response.json()).error,
});

describe('secrets made at first start', () => {
  test.each(['api-key', 'hook-token'])('%s is a file for its owner only, and stays the same', async (name) => {
    const path = join(running.dataDir, name);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const secret = (await readFile(path, 'utf8')).trim();
    expect([running.vigil.apiKey, running.vigil.hookToken]).toContain(secret);
    expect(secret.length).toBeGreaterThan(30);
  });
});

describe('keys', () => {
  test('health and the index need none', async () => {
    expect(await (await get('/healthz')).json()).toMatchObject({ ok: true, detail: 'ready' });
    expect((await get('/')).status).toBe(200);
  });

  test.each(['/api/incidents', '/api/incidents/inc_1', '/api/actions/act_1', '/v1/agents'])(
    '%s answers 401 without the key or with another',
    async (path) => {
      expect((await get(path)).status).toBe(401);
      expect((await get(path, { authorization: 'Bearer wrong' })).status).toBe(401);
      expect((await get(path, { authorization: `Bearer ${running.vigil.hookToken}` })).status).toBe(401);
    },
  );

  test('an address that cannot be read is refused in the words of whose path it is', async () => {
    expect(await errorOf(await get('/api/incidents/%E0%A4%A'))).toMatchObject({ status: 400, code: 'bad_request' });
    const refused = await get('/v1/agents/%E0%A4%A');
    expect(await refused.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
    expect(refused.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('a refusal says what to do', async () => {
    expect(await errorOf(await get('/api/incidents'))).toMatchObject({
      code: 'unauthorized',
      hint: expect.stringContaining('DATA/api-key'),
    });
  });

  test('the key is taken as a bearer token or as x-api-key', async () => {
    expect((await get('/api/incidents', auth())).status).toBe(200);
    expect((await get('/api/incidents', { 'x-api-key': running.vigil.apiKey })).status).toBe(200);
  });
});

describe('webhooks', () => {
  test('a wrong token is 401 and nothing is kept', async () => {
    const response = await running.hook(await payload('alertmanager'), 'wrong');
    expect(await errorOf(response)).toMatchObject({ status: 401, code: 'unauthorized' });
    expect((await running.hook(await payload('alertmanager'), running.vigil.apiKey)).status).toBe(401);
    expect(await store.list({ limit: 10 })).toEqual([]);
  });

  test('an unreadable body is kept for a person and answered 202', async () => {
    const response = await running.hook('{"version":"4"');
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ accepted: false });
    expect(await store.quarantined(10)).toMatchObject([
      { why: expect.stringContaining('JSON'), delivery: { body: '{"version":"4"' } },
    ]);
  });

  test('a body over 1 MiB is 413, whether its length is announced or not', async () => {
    const big = 'x'.repeat(1024 * 1024 + 1);
    expect((await running.hook(big)).status).toBe(413);
    const chunked = await fetch(`${running.vigil.url}/hooks/alertmanager`, {
      method: 'POST',
      headers: { authorization: `Bearer ${running.vigil.hookToken}` },
      body: new Blob([big]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
  });

  test('a compressed body is 415', async () => {
    const response = await fetch(`${running.vigil.url}/hooks/alertmanager`, {
      method: 'POST',
      headers: { authorization: `Bearer ${running.vigil.hookToken}`, 'content-encoding': 'gzip' },
      body: 'x',
    });
    expect(response.status).toBe(415);
  });

  test('while the store cannot write, the sender is asked to come again', async () => {
    broken = true;
    const refused = await running.hook(await payload('alertmanager'));
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await errorOf(refused)).toMatchObject({ status: 503, code: 'store_unavailable' });
    broken = false;
    expect(await (await running.hook(await payload('alertmanager'))).json()).toMatchObject({
      accepted: true,
      duplicate: false,
    });
  });

  test('the same body again is a duplicate, and there is one incident', async () => {
    expect(await (await running.hook(await payload('alertmanager'))).json()).toMatchObject({ duplicate: true });
    await expect.poll(() => running.incidents()).toHaveLength(1);
  });

  test('every body of a real Alertmanager is taken; two groups are two incidents', async () => {
    const captured: { body: object }[] = JSON.parse((await payload('alertmanager-real')).toString());
    for (const { body } of captured) expect((await running.hook(JSON.stringify(body))).status).toBe(202);
    await expect.poll(async () => (await store.pending()).length).toBe(0);
    expect(await running.incidents()).toHaveLength(3);
  });
});

describe('the incident API', () => {
  test('without any telemetry the incident says what could not be looked at', async () => {
    const [incident] = await running.incidents();
    const story = await running.until(
      incident?.id ?? '',
      ({ incident: { finding, state } }) => finding !== null || state.is === 'failed',
    );
    expect(story.incident.finding?.outcome).toBe('blocked');
    expect(story.actions).toEqual([]);
  });

  test.each([
    ['/api/incidents?limit=-1', 400],
    ['/api/incidents?limit=1e9', 400],
    ['/api/incidents/nonsense', 400],
    ['/api/incidents/inc_unknown', 404],
    ['/api/incidents/inc_unknown/stream', 404],
    ['/api/actions/act_unknown', 404],
    ['/nowhere', 404],
  ])('%s is %i', async (path, status) => {
    expect((await errorOf(await get(path, auth()))).status).toBe(status);
  });

  test.each([
    ['no digest', { verdict: 'approve' }],
    ['another verdict', { verdict: 'maybe', digest: 'a'.repeat(64) }],
    ['not JSON', '{'],
  ])('a decision with %s is 400', async (_name, body) => {
    const response = await fetch(`${running.vigil.url}/api/actions/act_1/decision`, {
      method: 'POST',
      headers: { ...auth(), 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    expect(response.status).toBe(400);
  });

  test('evidence is listed without and read with its content', async () => {
    const response = await get('/api/incidents?open=true&limit=1', auth());
    const [incident] = listBody.parse(await response.json()).data;
    if (incident === undefined) throw new Error('no incident is open');
    await store.record({
      incident: incident.id,
      toolUseId: 't',
      tool: 'search_logs',
      query: {},
      range: null,
      fetchedAt: '',
      hash: '',
      content: 'the content',
      source: '',
      url: null,
      truncated: false,
    });
    const story = await running.story(incident.id);
    expect(story.evidence.at(-1)).not.toHaveProperty('content');
    const id = story.evidence.at(-1)?.id;
    expect(await running.call(`/api/incidents/${incident.id}/evidence/${id}`)).toMatchObject({
      content: 'the content',
    });
    expect((await get(`/api/incidents/${incident.id}/evidence/E999`, auth())).status).toBe(404);
  });

  test('a stream replays after Last-Event-ID, then goes on live', async () => {
    const [incident] = await running.incidents();
    const id = incident?.id ?? '';
    const abort = new AbortController();
    const headers = { ...auth(), 'last-event-id': '1' };
    const response = await fetch(`${running.vigil.url}/api/incidents/${id}/stream`, { headers, signal: abort.signal });
    expect(response.headers.get('content-type')).toMatch(/event-stream/);
    const read = reader(response);
    expect(await read(/id: 2\nevent: timeline\n/)).not.toMatch(/id: 1\n/);
    await running.call(`/api/incidents/${id}/resolve`, { method: 'POST', body: JSON.stringify({ name: 'ann' }) });
    expect(await read(/ann resolved the incident/)).toMatch(/event: incident\n.*"is":"resolved"/);
    abort.abort();
  });
});

function reader(response: Response) {
  const stream = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return async (wanted: RegExp): Promise<string> => {
    while (!wanted.test(text)) {
      const { done, value } = (await stream?.read()) ?? { done: true, value: '' };
      if (done) throw new Error(`the stream ended before ${wanted}:\n${text}`);
      text += value;
    }
    return text;
  };
}

describe("a Datadog monitor's webhook", () => {
  const sample = (name: string) => readFile(new URL(`../adapters/datadog/${name}.json`, import.meta.url), 'utf8');
  const send = (body: string, token = running.vigil.hookToken) =>
    fetch(`${running.vigil.url}/hooks/datadog`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body,
    });
  const mine = async () => (await running.incidents()).filter(({ source }) => source === 'datadog');

  test('without the token is refused, and the refusal says where it belongs', async () => {
    const refused = await errorOf(await send(await sample('triggered'), 'wrong'));
    expect(refused).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(refused.hint).toContain('custom headers');
    expect(await mine()).toEqual([]);
  });

  test('opens one incident for trigger, retry and reminder; the recovery is its, and keeps when it began', async () => {
    const triggered = await sample('triggered');
    expect(await (await send(triggered)).json()).toEqual({ accepted: true, duplicate: false, alerts: 1 });
    expect(await (await send(triggered)).json()).toMatchObject({ duplicate: true });
    await expect.poll(mine).toHaveLength(1);
    const reminder = JSON.stringify({
      ...JSON.parse(triggered),
      id: '2',
      transition: 'Renotify',
      date_ms: '1789378000000',
    });
    expect(await (await send(reminder)).json()).toMatchObject({ accepted: true, duplicate: false });
    expect((await send(await sample('recovered'))).status).toBe(202);
    await expect.poll(async () => (await mine())[0]?.alerts[0]?.status, { timeout: 10_000 }).toBe('resolved');
    const all = await mine();
    expect(all).toHaveLength(1);
    expect(all[0]?.alerts).toMatchObject([
      { startsAt: '2026-09-14T09:13:00.000Z', endsAt: '2026-09-14T09:42:00.000Z', service: 'checkout-api' },
    ]);
  });

  test('that cannot be read is kept, and answered so that it is not sent again', async () => {
    const answer = await send('{"id":"1","title":"the default body"}');
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ accepted: false, why: expect.stringContaining('payload template') });
  });
});
