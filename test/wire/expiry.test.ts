import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toFile } from '@anthropic-ai/sdk';
import { expect, test, vi } from 'vitest';
import { embedCore } from '../../src/embed.ts';
import { API_KEY } from './arms.ts';
import { verifies } from './verifies.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

test('an expired file keeps its entry for thirty days, but its bytes are gone', async () => {
  verifies('files.upload', 'files.download', 'files.retrieveMetadata', 'files.list');
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  const start = () => embedCore({ dataDir, apiKey: API_KEY, clock });
  const blobs = async () =>
    (await readdir(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true })).filter((one) => one.isFile());

  let core = await start();
  const file = await core.client.beta.files.upload({
    file: await toFile(Buffer.from('short-lived'), 'a.txt'),
    expires_in_seconds: 3600,
  });
  await core.client.beta.files.upload({ file: await toFile(Buffer.from('for ever'), 'b.txt') });
  expect(await (await core.client.beta.files.download(file.id)).text()).toBe('short-lived');

  ahead = 2 * HOUR;
  await expect(core.client.beta.files.download(file.id)).rejects.toMatchObject({
    status: 404,
    errorCode: 'file_expired',
  });
  await core.close();
  core = await start();
  await vi.waitUntil(async () => (await blobs()).length === 1, { timeout: 5_000 });
  expect(await core.client.beta.files.retrieveMetadata(file.id)).toEqual(file);
  expect((await core.client.beta.files.list()).data).toHaveLength(2);
  await expect(core.client.beta.files.download(file.id)).rejects.toMatchObject({ errorCode: 'file_expired' });

  ahead = 32 * DAY;
  await core.close();
  core = await start();
  const { client } = core;
  await vi.waitUntil(async () => (await client.beta.files.list()).data.length === 1, { timeout: 5_000 });
  await expect(client.beta.files.retrieveMetadata(file.id)).rejects.toMatchObject({ status: 404, errorCode: null });
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
});
