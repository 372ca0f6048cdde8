import { defineConfig } from 'vitest/config';
import { closingLine } from './test/kit/closing-line.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/kit/build-once.ts'],
    pool: 'threads',
    testTimeout: 20_000,
    hookTimeout: 20_000,
    teardownTimeout: 5_000,
    reporters: ['default', closingLine()],
  },
});
