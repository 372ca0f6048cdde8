/** A Managed Agents server on the given ports: the wire in, the runner behind it, and nothing shared but the ports. */
import type { FastifyPluginAsync } from 'fastify';
import { type Fetch, inProcess } from './api/in-process.ts';
import { type ApiOptions, createApi } from './api/index.ts';
import type { Ports } from './ports/ports.ts';
import type { Limits as RunLimits } from './run/limits.ts';
import { hasListPrice } from './run/prices.ts';
import { createRunner } from './run/runner.ts';

export type { ApiLimits } from './api/index.ts';
export { refuseAddress } from './api/plugin.ts';
export type { Ports } from './ports/ports.ts';
export type { Limits as RunLimits } from './run/limits.ts';

export interface Core {
  /** Serves `/v1/…`; register it in any Fastify server, with or without the prefix `/v1`. */
  plugin: FastifyPluginAsync;
  /** The same endpoints without a port: give it to the SDK client as its `fetch`. */
  fetch: Fetch;
  /** Begins to drive sessions, those first that were left running. */
  start(): void;
  /** Lets go of all sessions and streams, then closes the store. */
  close(): Promise<void>;
}

/** `run` bounds the turns of sessions, instead of the defaults. */
export function createCore(
  ports: Ports,
  options: Omit<ApiOptions, 'hasListPrice'> & { run?: Partial<RunLimits> },
): Core {
  const { plugin, chores, ports: heard } = createApi(ports, { ...options, hasListPrice });
  const local = inProcess(plugin);
  const runner = createRunner(heard, options.run);
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await Promise.all([runner.close(), chores.close()]);
    await local.close();
    await ports.store.close();
  };
  return {
    plugin,
    fetch: local.fetch,
    start() {
      runner.start();
      chores.start();
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
