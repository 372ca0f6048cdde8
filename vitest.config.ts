import { defineConfig } from 'vitest/config';
import { closingLine } from './test/kit/closing-line.ts';
import { LongFirst } from './test/kit/long-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/kit/build-once.ts'],
    // Not threads: npm sqlite3 ends the whole process when a worker thread stops while a statement is under way.
    pool: 'forks',
    // Most tests wait: for disks, ports and other programs. Left to itself, a machine of two cores gets one worker.
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    testTimeout: 20_000,
    hookTimeout: 20_000,
    teardownTimeout: 5_000,
    reporters: ['default', closingLine()],
  },
});
