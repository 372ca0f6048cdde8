import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { runCli, startCli } from '../kit/run-cli.ts';

const summary = z.object({
  outcome: z.string(),
  cause: z.object({ service: z.string().nullable(), change_id: z.string().nullable() }).nullable(),
  claims: z.array(z.object({ evidence: z.array(z.string()).min(1) })).min(1),
  ruled_out: z.array(z.object({ evidence: z.array(z.string()).min(1) })).min(1),
  evidence_count: z.number().positive(),
  unsupported_claims: z.literal(0),
  action: z.object({ id: z.string(), state: z.string(), diff: z.string() }).nullable(),
  pull_request: z.object({ branch: z.string() }).nullable(),
  model: z.string(),
  data_dir: z.string(),
});
const lastLine = (text: string) => summary.parse(JSON.parse(text.trimEnd().split('\n').at(-1) ?? ''));
const dataDir = () => mkdtemp(join(tmpdir(), 'vigil-demo-test-'));

async function branches(data: string): Promise<string[]> {
  const repository = join(data, 'forge/repository.git');
  const args = ['-C', repository, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/vigil'];
  const { stdout } = await promisify(execFile)('git', args);
  return stdout.split('\n').filter((name) => name !== '');
}

test('approved: one line of JSON, every claim with evidence, and the branch with the diff that was shown', async () => {
  const data = await dataDir();
  const { code, stdout, stderr } = await runCli(['demo', '--approve', '--json', '--data', data], { timeoutMs: 60_000 });
  expect(code).toBe(0);
  expect(stdout.trimEnd()).not.toContain('\n');
  const told = lastLine(stdout);
  expect(told).toMatchObject({
    outcome: 'root_cause_identified',
    cause: { service: 'checkout' },
    model: 'vigil-analyst',
  });
  expect(told.action?.state).toBe('done');
  expect(await branches(data)).toEqual([told.pull_request?.branch]);
  const repository = join(data, 'forge/repository.git');
  const shown = await promisify(execFile)('git', [
    '-C',
    repository,
    'show',
    '--format=',
    told.pull_request?.branch ?? '',
  ]);
  const lines = (diff: string) => diff.split('\n').filter((line) => /^[-+][^-+]/.test(line));
  expect(lines(shown.stdout)).toEqual(lines(told.action?.diff ?? ''));
  expect(stderr).toMatch(/ROOT CAUSE[\s\S]*Ruled out[\s\S]*PROPOSED/);
}, 90_000);

test('rejected: no branch, and the session is told why', async () => {
  const data = await dataDir();
  const args = ['demo', '--reject', '--reason', 'not during the freeze', '--json', '--data', data];
  const { code, stdout, stderr } = await runCli(args, { timeoutMs: 60_000 });
  expect(code).toBe(0);
  expect(lastLine(stdout)).toMatchObject({ pull_request: null, action: { state: 'rejected' } });
  expect(await branches(data)).toEqual([]);
  expect(stderr).toContain('not during the freeze');
}, 90_000);

test('without a terminal nothing is decided; what it says can be typed, and then the pull request opens', async () => {
  const data = await dataDir();
  const { code, stdout } = await runCli(['demo', '--data', data], { timeoutMs: 60_000 });
  expect(code).toBe(0);
  expect(await branches(data)).toEqual([]);
  const serve = /vigil (serve .*)/.exec(stdout)?.[1]?.split(' ') ?? [];
  const approve = /vigil (approve .*)/.exec(stdout)?.[1]?.split(' ') ?? [];
  const vigil = startCli([...serve, '--port', '0']);
  const [, url = ''] = await vigil.prints(/vigil listening on (\S+)/);
  const decided = await runCli([...approve, '--url', url, '--yes', '--as', 'ann']);
  expect([decided.code, decided.stderr]).toEqual([0, '']);
  await expect.poll(() => branches(data), { timeout: 15_000 }).toHaveLength(1);
  vigil.process.kill('SIGTERM');
  expect(await vigil.ended).toBe(0);
}, 120_000);

test('replay investigates once, proposes, and opens nothing', async () => {
  const { code, stdout } = await runCli(['replay', 's1-connection-leak', '--json'], { timeoutMs: 60_000 });
  expect(code).toBe(0);
  const told = summary.omit({ data_dir: true }).parse(JSON.parse(stdout));
  expect(told).toMatchObject({ outcome: 'root_cause_identified', pull_request: null, action: { state: 'proposed' } });
}, 90_000);

test('rank names the same change first, by statistics alone', async () => {
  const { code, stdout } = await runCli(['rank', 's1-connection-leak', '--json']);
  expect(code).toBe(0);
  const ranking = z
    .object({
      onset: z.iso.datetime(),
      services: z.array(z.object({ name: z.string(), score: z.number() })),
      changes: z.array(z.object({ id: z.string(), score: z.number() })).min(1),
      verdict: z.literal('change'),
    })
    .parse(JSON.parse(stdout));
  expect(ranking.services[0]?.name).toBe('checkout');
  const replayed = await runCli(['replay', 's1-connection-leak', '--json'], { timeoutMs: 60_000 });
  expect(JSON.parse(replayed.stdout).cause.change_id).toBe(ranking.changes[0]?.id);
}, 120_000);
