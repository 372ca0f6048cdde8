import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { childCommand } from './child.ts';
import { temporaryDirectory } from './place.ts';

const run = promisify(execFile);

/** Tracing may be missing, or forbidden to this user. */
const canTrace = await run('strace', ['-o', '/dev/null', 'true']).then(
  () => true,
  () => false,
);

test.skipIf(!canTrace)(
  'the disk is made to write before each acknowledgement, not after, not now and then',
  async () => {
    const { directory, dispose } = await temporaryDirectory();
    onTestFinished(dispose);
    const trace = join(directory, 'trace');
    const child = childCommand('commit twenty', join(directory, 'core.db'));
    await run('strace', ['-f', '-e', 'trace=fsync,fdatasync,write', '-o', trace, ...child]);
    let synced = 0;
    const syncsBefore: number[] = [];
    for (const line of (await readFile(trace, 'utf8')).split('\n')) {
      if (/f(data)?sync\(/.test(line)) synced += 1;
      if (line.includes('begin')) synced = 0;
      if (line.includes('acknowledged')) {
        syncsBefore.push(synced);
        synced = 0;
      }
    }
    expect(syncsBefore).toHaveLength(20);
    expect(Math.min(...syncsBefore)).toBeGreaterThanOrEqual(1);
  },
);
