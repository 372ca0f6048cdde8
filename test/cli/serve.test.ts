import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/lib/package-root.ts';
import { runCli, startCli } from '../kit/run-cli.ts';

const freshData = () => mkdtemp(join(tmpdir(), 'vigil-serve-'));

test('serve says where it listens once it answers, how to send an alert, and ends well on SIGTERM', async () => {
  const data = await freshData();
  const vigil = startCli(['serve', '--port', '0', '--data', data]);
  const [, url = ''] = await vigil.prints(/vigil listening on (\S+)/);
  const health = await fetch(`${url}/healthz`);
  expect(health.status).toBe(200);
  await vigil.prints(/curl .*\/hooks\/alertmanager/);
  expect((await stat(join(data, 'api-key'))).mode & 0o777).toBe(0o600);
  const key = (await readFile(join(data, 'api-key'), 'utf8')).trim();
  expect(vigil.stdout() + vigil.stderr()).not.toContain(key);
  expect((await runCli(['incidents', '--url', url, '--data', data])).stdout).toContain('No incidents');
  vigil.process.kill('SIGTERM');
  expect(await vigil.ended).toBe(0);
});

test('the curl line that serve prints sends an alert, when typed as it stands', async () => {
  const data = await freshData();
  const vigil = startCli(['serve', '--port', '0', '--data', data, '--world', 's1']);
  const [, url = ''] = await vigil.prints(/vigil listening on (\S+)/);
  const [curl = ''] = await vigil.prints(/curl [\s\S]*?@alert\.json/);
  const alert = join(packageRoot(), 'fixtures/s1-connection-leak/alert.json');
  const typed = curl.replace('@alert.json', `@${alert}`);
  const { stdout } = await promisify(execFile)('bash', ['-c', typed], { cwd: packageRoot() });
  expect(JSON.parse(stdout)).toMatchObject({ accepted: true });
  const listed = await runCli(['incidents', '--json', '--url', url, '--data', data]);
  expect(JSON.parse(listed.stdout).data).toHaveLength(1);
  vigil.process.kill('SIGINT');
  expect(await vigil.ended).toBe(0);
});

test('a port in use is one sentence and a way out', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, stderr } = await runCli(['serve', '--port', String(port), '--data', await freshData()]);
  other.close();
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`^vigil: .*${port}.*in use`));
  expect(stderr).toContain('--port');
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('a data directory that cannot be made is one sentence and a way out', async () => {
  const file = join(await freshData(), 'file');
  await writeFile(file, '');
  await chmod(file, 0o400);
  const { code, stderr } = await runCli(['serve', '--port', '0', '--data', join(file, 'data')]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^vigil: .*cannot be written\n.*--data/);
});

test('a world that is not there is wrong use, and names those that are', async () => {
  const { code, stderr } = await runCli(['serve', '--world', 'nowhere', '--data', await freshData()]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/no world "nowhere"[\s\S]*s1-connection-leak/);
});

test('an empty secret is refused by name before anything starts', async () => {
  const { code, stderr } = await runCli(['serve', '--port', '0', '--data', await freshData()], {
    env: { VIGIL_API_KEY: '' },
  });
  expect(code).toBe(1);
  expect(stderr).toContain('VIGIL_API_KEY is empty');
});
