import type { FastifyPluginAsync } from 'fastify';
import type { WorkspaceId } from '../ids.ts';
import type { Ports } from '../ports/ports.ts';
import type { KnownModel } from './core.ts';
import { apiPlugin } from './plugin.ts';
import { createSerial } from './serial.ts';

/** The one workspace of an embedded core. */
const WORKSPACE: WorkspaceId = 'wrkspc_01default';

export type { KnownModel } from './core.ts';

export interface ApiOptions {
  /** What callers must send, as a bearer token or as `x-api-key`. */
  apiKey: string;
  /** Shown by `models.list`; which ids work is up to the model service. */
  models?: readonly KnownModel[];
  /** Hears what went wrong inside the server. Callers are told only that something did. */
  report?: (error: unknown) => void;
}

export function createApi(ports: Pick<Ports, 'store' | 'blobs' | 'clock'>, options: ApiOptions): FastifyPluginAsync {
  const { store, blobs, clock } = ports;
  const core = {
    store,
    blobs,
    clock,
    workspace: WORKSPACE,
    models: options.models ?? [],
    serial: createSerial(),
    holds: { count: 0 },
  };
  return apiPlugin(core, options.apiKey, options.report ?? (() => undefined));
}
