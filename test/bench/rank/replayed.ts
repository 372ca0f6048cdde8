/** Recorded cases as world folders, one after the other, each through `vigil rank`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedCase } from '../../../fixtures/import/recorded-case.ts';
import { worldFiles } from '../../../fixtures/import/world-files.ts';
import { writeFolder } from '../../../fixtures/simulator/write/folder.ts';
import { rankFolder } from '../../../src/rank.ts';
import type { Outcome } from './score.ts';

export async function replayed(cases: Iterable<RecordedCase>): Promise<Outcome[]> {
  const root = await mkdtemp(join(tmpdir(), 'vigil-rank-'));
  try {
    const outcomes: Outcome[] = [];
    for (const one of cases) {
      const dir = join(root, one.id);
      writeFolder(dir, worldFiles(one));
      const started = performance.now();
      const { services, onset } = await rankFolder(dir);
      const seconds = (performance.now() - started) / 1000;
      const index = services.findIndex(({ name }) => name === one.cause);
      outcomes.push({
        id: one.id,
        fault: one.fault,
        place: index < 0 ? null : index + 1,
        onset: onset !== null,
        named: services.length > 0,
        seconds,
      });
      await rm(dir, { recursive: true, force: true });
    }
    return outcomes;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
