/** The built server meets what the world throws at it: it says what is wrong and what to do, and goes on. */
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Incident } from '../../src/sre/incident.ts';
import { type Running, type RunOptions, runCli, startCli } from '../kit/run-cli.ts';
import { alertBody, writeTinyWorld } from './tiny-world.ts';

const KEY = 'vk-bad-input';
const HOOK = 'vh-bad-input';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vigil-bad-'));
  await writeTinyWorld(join(home, 'world'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe('one server, one bad request after the other', () => {
  let server: Running;
  let url: string;
  beforeAll(async () => {
    const args = ['serve', '--port', '0', '--data', join(home, 'data'), '--world', join(home, 'world')];
    server = startCli(args, { env: { VIGIL_API_KEY: KEY, VIGIL_HOOK_TOKEN: HOOK } });
    [, url = ''] = await server.prints(/vigil listening on (\S+)/);
  });
  afterAll(async () => {
    server.process.kill('SIGKILL');
    await server.ended;
  });

  async function post(body: string, token = HOOK): Promise<{ status: number; body: unknown }> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}/hooks/alertmanager`, { method: 'POST', headers, body });
    return { status: response.status, body: await response.json() };
  }
  async function incidents(): Promise<Incident[]> {
    const response = await fetch(`${url}/api/incidents`, { headers: { authorization: `Bearer ${KEY}` } });
    return asList(await response.json()).data;
  }
  const withAlert = (change: object) => {
    const [alert] = alertBody().alerts;
    return JSON.stringify({ ...alertBody(), alerts: [{ ...alert, ...change }] });
  };

  test('each is answered in its own words, nothing is opened, and the next good alert is taken', async () => {
    const wrong = await post(JSON.stringify(alertBody()), 'wrong');
    expect(wrong).toMatchObject({ status: 401, body: { error: { hint: expect.stringContaining('hook-token') } } });

    const large = await post(withAlert({ annotations: { summary: 'x'.repeat(1024 * 1024) } }));
    expect(large).toMatchObject({ status: 413, body: { error: { code: 'too_large', hint: expect.any(String) } } });

    const deep = await post(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(deep).toMatchObject({ status: 202, body: { accepted: false, why: expect.stringMatching(/deep|level/i) } });

    const broken = await post(JSON.stringify(alertBody()).slice(0, -20));
    expect(broken).toMatchObject({ status: 202, body: { accepted: false, why: expect.stringMatching(/JSON/) } });

    const strange = await post('{"hello":"there"}');
    expect(strange).toMatchObject({ status: 202, body: { accepted: false, why: expect.stringMatching(/version 4/) } });

    const resolved = await post(withAlert({ status: 'resolved', fingerprint: 'never-seen' }));
    expect(resolved).toMatchObject({ status: 202, body: { accepted: true } });

    await sleep(500);
    expect(await incidents()).toEqual([]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await post(JSON.stringify(alertBody()))).toMatchObject({ status: 202, body: { accepted: true } });
    while ((await incidents()).length === 0) await sleep(50);
    expect(server.process.exitCode).toBeNull();
  });

  test('a second server on the same data is refused, and the first one goes on', async () => {
    const { code, stderr } = await runCli(['serve', '--port', '0', '--data', join(home, 'data')]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/in use by another running server.*another data dir/)]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('a wrong key is told from a server that is not there', async () => {
    const { code, stderr } = await runCli(['incidents', '--url', url, '--key', 'wrong']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/refused the API key\.\n.*VIGIL_API_KEY/)]);
  });
});

/** The server's word for it. */
function asList(body: unknown): { data: Incident[] } {
  return body as { data: Incident[] };
}

describe('what cannot be started says why and what to do, once', () => {
  async function serve(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stderr } = await runCli(['serve', '--port', '0', ...args], options);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^vigil: /);
    expect(stderr).not.toMatch(/\n\s+at /);
    const sentences = stderr.split(/(?<=[.\n])\s+/).map((sentence) => sentence.trim());
    expect(new Set(sentences).size).toBe(sentences.length);
    return stderr;
  }

  const damages: [string, (world: string) => Promise<void>, RegExp][] = [
    ['without its alert', (world) => rm(join(world, 'alert.json')), /alert\.json is missing/],
    [
      'with half a file',
      (world) => writeFile(join(world, 'metrics.om.gz'), Buffer.from('1f8b0800', 'hex')),
      /metrics\.om\.gz.*decompressed.*\n.*again/s,
    ],
    [
      'with a file that is not JSON',
      (world) => writeFile(join(world, 'changes.json'), '[\n{"id":'),
      /changes\.json, line 2.*not JSON.*\n.*again/s,
    ],
    [
      'with a file of another form',
      (world) => writeFile(join(world, 'topology.json'), '{"services":[{}]}'),
      /topology\.json.*services\.0\.name.*\n.*again/s,
    ],
    ['with a bundle that is none', (world) => writeFile(join(world, 'repo.bundle'), 'x'), /repo\.bundle.*git bundle/],
  ];
  test.each(damages)('a world %s', async (_how, damage, says) => {
    const world = await mkdtemp(join(home, 'damaged-'));
    await cp(join(home, 'world'), world, { recursive: true });
    await damage(world);
    expect(await serve(['--data', join(home, 'unused'), '--world', world])).toMatch(says);
  });

  test.each(['core.db', 'vigil.db'])('a %s that is no database', async (name) => {
    const data = await mkdtemp(join(home, 'data-'));
    await writeFile(join(data, name), 'not a database'.repeat(1000));
    expect(await serve(['--data', data])).toMatch(/SQLite database.*hoose another data directory.*backup/);
  });

  test('a data directory that may only be read', async () => {
    const data = join(home, 'read-only');
    await mkdir(data);
    await chmod(home, 0o755);
    await chmod(data, 0o555);
    expect(await serve(['--data', data], { unprivileged: true })).toMatch(/cannot be written\n.*--data/);
  });
});
