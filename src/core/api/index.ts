import type { FastifyPluginAsync } from 'fastify';
import type { Ports } from '../ports/ports.ts';
import { type Chores, createChores } from './chores.ts';
import type { Core, KnownModel } from './core.ts';
import { type ApiLimits, documentedLimits } from './limits.ts';
import { apiPlugin } from './plugin.ts';
import { createSerial } from './serial.ts';
import { createDirectory } from './webhooks/directory.ts';
import { createOutbox } from './webhooks/outbox.ts';
import { HOME } from './workspaces/all.ts';
import { within } from './workspaces/within.ts';

/** The key it was given. */
const KEY = 'apikey_01default';

export type { KnownModel } from './core.ts';
export type { ApiLimits } from './limits.ts';

export interface ApiOptions {
  /** What callers must send, as a bearer token or as `x-api-key`. */
  apiKey: string;
  /** Shown by `models.list`; which ids work is up to the model service. */
  models?: readonly KnownModel[];
  /** Refuses, as the hosted service does, requests without the beta value of their family. Off, for callers by hand. */
  strictBetas?: boolean;
  /** Instead of the documented sizes and counts. */
  limits?: Partial<ApiLimits>;
  /** Whether a budget can hold a model: only what has a list price can be counted. */
  hasListPrice: Core['hasListPrice'];
  /** Hears what went wrong inside the server. Callers are told only that something did. */
  report?: (error: unknown) => void;
}

export interface Api {
  plugin: FastifyPluginAsync;
  /** Through these the run is to write, so that webhooks hear of what it does. */
  ports: Ports;
  /** What has to be done by the clock while the server runs. */
  chores: Chores;
}

export function createApi(given: Ports, options: ApiOptions): Api {
  const { ports, tell, onStored } = createOutbox(given, createDirectory(given.store));
  const { store, blobs, clock, secrets, outbound, messages, models, bundledSkills } = ports;
  const core: Core = {
    store: within(store, HOME),
    everywhere: store,
    blobs,
    clock,
    secrets,
    outbound,
    messages,
    bundledSkills,
    minds: models,
    workspace: HOME,
    models: options.models ?? [],
    hasListPrice: options.hasListPrice,
    limits: { ...documentedLimits, ...options.limits },
    caller: { type: 'api_actor', api_key_id: KEY },
    credential: { kind: 'api_key', id: KEY, workspace: HOME, scope: 'admin', root: true },
    serial: createSerial(),
    tell,
    workersSeen: new Map(),
  };
  const { apiKey, strictBetas = false, report = () => undefined } = options;
  const chores = createChores(core, report);
  onStored(() => chores.deliver());
  return { plugin: apiPlugin(core, { apiKey, strictBetas, report }), ports, chores };
}
