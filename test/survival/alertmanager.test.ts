/** The alert of a real Prometheus, sent by a real Alertmanager, to the built server in a process of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sqlite3 from 'sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Incident } from '../../src/sre/incident.ts';
import { freePort } from '../kit/free-port.ts';
import { missingPrograms, startAlerting } from '../kit/prometheus-alertmanager.ts';
import { type Running, startCli } from '../kit/run-cli.ts';
import type { Story } from '../kit/running-vigil.ts';

const KEY = 'vk-alerts';
const HOOK = 'vh-alerts';
const LIMIT_MS = 120_000;
const PATIENCE_MS = 40_000;

const missing = missingPrograms();
if (missing !== null) console.warn(`SKIPPED: the tests with a real Prometheus and Alertmanager (${missing})`);

describe.skipIf(missing !== null)('a real Prometheus and a real Alertmanager', () => {
  test(
    'an alert, its repeats, its end and its return are one incident; what the server could not take is sent again',
    async () => {
      const dataDir = await mkdtemp(join(tmpdir(), 'vigil-alerts-'));
      onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
      const port = await freePort();
      const server = serverAt(port, dataDir);
      const alerting = await startAlerting({ url: `${server.url}/hooks/alertmanager`, token: HOOK });
      onTestFinished(() => alerting.stop());

      // It fires while no server is there: Alertmanager tries on.
      alerting.latency(3);
      await until('refused attempts', async () => (await alerting.requests()).failed > 0);
      server.start();
      const { incident } = await until('an incident', async () => (await server.stories())[0] ?? false);
      expect(incident.alerts).toMatchObject([{ name: 'CheckoutSlow', status: 'firing', severity: 'critical' }]);

      const before = await alerting.requests();
      await until('three repeats', async () => taken(await alerting.requests()) >= taken(before) + 3);
      expect(episodes(await server.only())).toEqual(['fires since']);

      // Killed, and down while the end of the alert should arrive.
      await server.kill();
      alerting.latency(0.2);
      const down = await alerting.requests();
      await until('refused attempts', async () => (await alerting.requests()).failed > down.failed);
      server.start();
      await until('the end', async () => (await server.only()).incident.alerts[0]?.status === 'resolved');
      await until('its effect', async () => (await server.only()).timeline.some(({ kind }) => kind === 'effect'));

      // It returns while the database cannot be written: 503, and sent again.
      const held = await holdDatabase(join(dataDir, 'vigil.db'));
      const healthy = await alerting.requests();
      alerting.latency(4);
      await until('503', async () => (await alerting.requests()).failed > healthy.failed);
      await held.release();
      await until('its return', async () => (await server.only()).incident.alerts[0]?.status === 'firing');
      await until('its line', async () => episodes(await server.only()).length === 3);
      expect(episodes(await server.only())).toEqual(['fires since', 'resolved', 'fires again']);

      // A person ended it; what fires on is no news, what fires anew is.
      await server.post(`/api/incidents/${incident.id}/resolve`, { name: 'ann' });
      const resolved = await alerting.requests();
      await until('two repeats', async () => taken(await alerting.requests()) >= taken(resolved) + 2);
      expect(await server.stories()).toHaveLength(1);
      alerting.latency(0.2);
      await until('quiet', async () => episodes(await server.only()).at(-1) === 'resolved');
      alerting.latency(5);
      await until('a second incident', async () => (await server.stories()).length === 2);
    },
    LIMIT_MS,
  );
});

function taken({ total, failed }: { total: number; failed: number }): number {
  return total - failed;
}

/** What the timeline says of the alert, without its name and time. */
function episodes({ timeline }: Story): string[] {
  return timeline
    .filter(({ kind }) => kind === 'detect')
    .map(({ text }) => /fires since|fires again|resolved/.exec(text)?.[0] ?? text);
}

/** The built program on one data directory and one port, started as often as one likes. */
function serverAt(port: number, dataDir: string) {
  const url = `http://127.0.0.1:${port}`;
  const env = { VIGIL_API_KEY: KEY, VIGIL_HOOK_TOKEN: HOOK };
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  let running: Running | null = null;

  async function kill(): Promise<void> {
    running?.process.kill('SIGKILL');
    await running?.ended;
  }
  onTestFinished(kill);

  async function get<Body>(path: string): Promise<Body> {
    const response = await fetch(`${url}${path}`, { headers });
    return asBody<Body>(await response.json());
  }
  /** Empty while nobody answers. */
  async function stories(): Promise<Story[]> {
    try {
      const { data } = await get<{ data: Incident[] }>('/api/incidents');
      return await Promise.all(data.map(({ id }) => get<Story>(`/api/incidents/${id}`)));
    } catch {
      return [];
    }
  }
  return {
    url,
    kill,
    stories,
    start() {
      running = startCli(['serve', '--port', String(port), '--data', dataDir], { env });
    },
    async only(): Promise<Story> {
      const [story] = await until('an answer', async () => {
        const found = await stories();
        return found.length > 0 ? found : false;
      }).then((found) => (found.length === 1 ? found : []));
      if (story === undefined) throw new Error('there is more than one incident');
      return story;
    },
    post: (path: string, body: object) =>
      fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
  };
}

/** The test says what it expects of the body, and finds out when it reads it. */
function asBody<Body>(value: unknown): Body {
  return value as Body;
}

/** Keeps the write lock, as a backup or a stuck program would. */
async function holdDatabase(path: string): Promise<{ release(): Promise<void> }> {
  const database = new sqlite3.Database(path);
  const execute = (sql: string) =>
    new Promise<void>((resolve, reject) => {
      database.exec(sql, (error) => (error === null ? resolve() : reject(error)));
    });
  database.configure('busyTimeout', 5000);
  await execute('BEGIN IMMEDIATE');
  return {
    async release() {
      await execute('ROLLBACK');
      database.close();
    },
  };
}

async function until<Result>(what: string, look: () => Promise<Result | false>): Promise<Result> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const result = await look();
    if (result !== false) return result;
    if (Date.now() > end) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
    await sleep(100);
  }
}
