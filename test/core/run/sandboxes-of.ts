/** Sandboxes that do nothing but what a test says of one call. */
import type { Sandbox, Sandboxes } from '../../../src/core/ports/sandbox.ts';

export function sandboxesOf(execute: Sandbox['execute'], outputs: Sandbox['outputs'] = async () => []): Sandboxes {
  return {
    create: async () => ({
      execute,
      outputs,
      put: async () => undefined,
      place: async () => undefined,
      changes: async () => [],
      dispose: async () => undefined,
    }),
  };
}
