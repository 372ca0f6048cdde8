/** Backups of a data directory in use, and what comes back from them. */
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { backUp } from '../../src/backup/back-up.ts';
import { verify } from '../../src/backup/manifest.ts';
import { restore } from '../../src/backup/restore.ts';
import { connect } from '../../src/client.ts';
import { runCli } from '../kit/run-cli.ts';
import { alertOf, type RunningVigil, runVigil } from '../kit/running-vigil.ts';

let running: RunningVigil | null = null;
afterEach(async () => {
  await running?.close();
  running = null;
});

const fresh = async () => join(await mkdtemp(join(tmpdir(), 'vigil-backup-')), 'place');

describe('taken while an investigation runs', () => {
  let backup = '';
  let incident = '';
  let file = '';
  beforeAll(async () => {
    backup = await fresh();
    const vigil = await runVigil({ worldName: 's1-connection-leak' });
    try {
      const client = connect({ apiKey: vigil.vigil.apiKey, baseURL: vigil.vigil.url });
      file = (await client.beta.files.upload({ file: new File(['kept'], 'kept.txt') })).id;
      await vigil.hook(await alertOf('s1-connection-leak'));
      for (;;) {
        const [found] = await vigil.incidents();
        if (found !== undefined) incident = found.id;
        if (found?.state.is === 'investigating') break;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await vigil.until(incident, ({ evidence }) => evidence.length >= 3, 60);
      await backUp(vigil.dataDir, backup);
    } finally {
      await vigil.close();
    }
  }, 90_000);

  test('it goes on where the copy was taken, and ends as the original would have', async () => {
    const data = await fresh();
    await restore(backup, data);
    running = await runVigil({ worldName: 's1-connection-leak', dataDir: data });
    const story = await running.until(incident, ({ incident: { state } }) => state.is === 'needs_approval', 60);
    expect(story.incident.finding?.cause?.service).toBe('checkout');
    expect(await running.incidents()).toHaveLength(1);
    // The same key as before, and the bytes of an upload.
    const client = connect({ apiKey: running.vigil.apiKey, baseURL: running.vigil.url });
    expect((await client.beta.files.retrieveMetadata(file)).size_bytes).toBe(4);
    expect((await readdir(data)).filter((name) => name.endsWith('.restoring'))).toEqual([]);
  }, 90_000);

  test('it is for its owner only, and whole', async () => {
    expect((await stat(backup)).mode & 0o077).toBe(0);
    for (const name of ['core.db', 'vigil.db', 'api-key', 'master.key', 'manifest.json'])
      expect((await stat(join(backup, name))).mode & 0o077).toBe(0);
    const names = (await verify(backup)).files.map(({ path }) => path);
    expect(names).toEqual(expect.arrayContaining(['changes.db', 'core.db', 'core.db.initialised', 'vigil.db']));
    expect(names.filter((name) => /-wal|-shm|lock/.test(name))).toEqual([]);
  });

  test('one byte that changed is found, and nothing is restored', async () => {
    const copy = await fresh();
    await restore(backup, copy);
    const again = await fresh();
    await backUp(copy, again);
    await writeFile(join(again, 'api-key'), 'somebody else’s');
    const data = await fresh();
    await expect(restore(again, data)).rejects.toThrow('api-key is not what was backed up');
    await expect(stat(data)).rejects.toThrow();
    await rm(join(again, 'core.db'));
    await expect(verify(again)).rejects.toThrow(/core\.db is missing|api-key is not/);
    await rm(join(again, 'manifest.json'));
    await expect(verify(again)).rejects.toThrow('no finished backup');
  });

  test('the commands say what they did, check without copying, and overwrite nothing', async () => {
    const data = await fresh();
    const dry = await runCli(['restore', backup, '--data', data, '--dry-run', '--json']);
    expect([dry.code, JSON.parse(dry.stdout)]).toMatchObject([0, { restored: false }]);
    await expect(stat(data)).rejects.toThrow();
    const done = await runCli(['restore', backup, '--data', data]);
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining(`vigil serve --data ${data}`)]);
    const again = await runCli(['restore', backup, '--data', data]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is not empty')]);
    const second = await fresh();
    const taken = await runCli(['backup', second, '--data', data, '--json']);
    expect([taken.code, JSON.parse(taken.stdout)]).toMatchObject([0, { folder: second, whole: true }]);
    expect((await runCli(['backup', '--check', second])).stdout).toContain('Whole: ');
    const full = await runCli(['backup', second, '--data', data]);
    expect([full.code, full.stderr]).toEqual([1, expect.stringContaining('wants a folder of its own')]);
    const nothing = await runCli(['backup', await fresh(), '--data', await mkdtemp(join(tmpdir(), 'vigil-backup-'))]);
    expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringContaining('no data directory of Vigil')]);
  }, 60_000);
});
