import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyfileSecrets } from '../../../src/core/adapters/keyfile/index.ts';
import { SecretUnreadable } from '../../../src/core/ports/secrets.ts';
import { secretsContract } from '../../contract/secrets.ts';

const place = { workspace: 'wrkspc_1', vault: 'vlt_1', name: 'vcrd_1.token', version: 1 };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => ({ path: join(folder, name) });
const [first, second] = [randomBytes(32).toString('base64'), randomBytes(32).toString('hex')];

secretsContract(
  'a key file',
  () => keyfileSecrets(at('one')),
  () => keyfileSecrets(at('two')),
);
secretsContract(
  'a key from outside',
  () => keyfileSecrets({ ...at('none'), masterKey: first }),
  () => keyfileSecrets({ ...at('none'), masterKey: second }),
);

test('the file is made once, for its owner alone, and nothing else is left beside it', async () => {
  const alone = await mkdtemp(join(folder, 'made-'));
  const path = join(alone, 'master.key');
  const [one, two] = await Promise.all([keyfileSecrets({ path }), keyfileSecrets({ path })]);
  expect(await two.open(place, await one.seal(place, 'both have one key'))).toBe('both have one key');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(alone)).toEqual(['master.key']);
});

test('a key from outside leaves no file', async () => {
  const alone = await mkdtemp(join(folder, 'given-'));
  await keyfileSecrets({ path: join(alone, 'master.key'), masterKey: first });
  expect(await readdir(alone)).toEqual([]);
});

test('a file that others can read, or that holds no key, is refused and left as it is', async () => {
  const { path } = at('open');
  await keyfileSecrets({ path });
  await chmod(path, 0o644);
  await expect(keyfileSecrets({ path })).rejects.toThrow('chmod 600');
  const broken = at('broken').path;
  await writeFile(broken, 'not a key', { mode: 0o600 });
  await expect(keyfileSecrets({ path: broken })).rejects.toThrow(SecretUnreadable);
  expect(await readFile(broken, 'utf8')).toBe('not a key');
  await expect(keyfileSecrets({ path, masterKey: 'short' })).rejects.toThrow('32 bytes');
});
