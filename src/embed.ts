/** Wires a core into this process and hands out the SDK client that reaches it: the one file that knows both. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import type { FastifyPluginAsync } from 'fastify';
import { anthropicMessages, anthropicModel } from './core/adapters/anthropic/index.ts';
import { blobKeys, diskBlobs } from './core/adapters/disk/index.ts';
import { gitRepositories } from './core/adapters/git/index.ts';
import { justBashSandboxes } from './core/adapters/just-bash/index.ts';
import { keyfileSecrets } from './core/adapters/keyfile/index.ts';
import { mcpServers } from './core/adapters/mcp/index.ts';
import { guardedConnect, guardedFetch, guardedOutbound } from './core/adapters/outbound/index.ts';
import { readSkillFolders } from './core/adapters/skill-folders/index.ts';
import { acceptSqlite, checkSqlite, giveSqlite, openSqlite } from './core/adapters/sqlite/index.ts';
import { type ApiLimits, createCore, type Ports, type RunLimits } from './core/index.ts';
import type { Clock } from './core/ports/clock.ts';
import type { CheckOptions, LogCheck } from './core/ports/log-check.ts';
import { type Model, ModelError, type Models } from './core/ports/model.ts';
import { type Secrets, SecretUnreadable } from './core/ports/secrets.ts';
import { StoreUnavailable } from './core/ports/store.ts';
import { packageRoot } from './lib/package-root.ts';

export { refuseAddress } from './core/index.ts';
export type { LogCheck };

export interface EmbedOptions {
  /** Made when missing; belongs to this process while open. With a `database` it holds the key of the vaults at most. */
  dataDir: string;
  /**
   * PostgreSQL instead of files in `dataDir`, for any number of processes at once: each drives what no other drives and
   * streams what any of them writes. `schema` (default `vigil`) is made when missing; `leaseMs` (default 30,000) is how
   * long a process that stands still keeps its sessions.
   */
  database?: { url: string; schema?: string; leaseMs?: number };
  /** What callers of `plugin` must send. The client in the result sends it by itself. */
  apiKey: string;
  /** Models by id, asked first. Ids that begin with `scripted` are looked for nowhere else. */
  models?: Readonly<Record<string, Model>>;
  /**
   * Takes every other model id, of which it is told here which ones are listed. Without it those ids are refused when a session
   * uses them.
   */
  anthropic?: { apiKey: string; baseURL?: string; listed?: readonly string[] };
  clock?: Clock;
  /** Seals what vaults hold: 32 bytes, as base64 or hexadecimal. Without it a key is kept in `dataDir/master.key`. */
  masterKey?: string;
  /**
   * Hosts that webhooks, vaults, repositories and other services may be asked at though their address is not public or they speak
   * plain HTTP: names or addresses, with a port or for all of them. Without any, public addresses only.
   */
  privateHosts?: readonly string[];
  /** Ask, as the hosted service does, for the beta value of each family of endpoints. Off without this. */
  strictBetas?: boolean;
  /** Sizes and counts of the service, instead of the documented ones. */
  limits?: Partial<ApiLimits>;
  /** Bounds of a turn, instead of the defaults. */
  run?: Partial<RunLimits>;
  /** Hears what goes wrong inside the core while it answers requests. */
  report?: (error: unknown) => void;
  /** For tests and instruments: sees every call the core makes to the outside. */
  wrap?: (ports: Ports) => Ports;
}

export interface Embedded {
  /** The official client; its requests are answered in this process, without a port. */
  client: Anthropic;
  /** The same core for others: register it in a Fastify server, it serves `/v1/…`. */
  plugin: FastifyPluginAsync;
  health(): Promise<{ ok: boolean; detail: string }>;
  close(): Promise<void>;
}

/**
 * Rejects with `StoreUnavailable` when the data cannot be opened, with `SecretUnreadable` when the key cannot; both say
 * what to do. Sessions left running go on.
 */
export async function embedCore(options: EmbedOptions): Promise<Embedded> {
  const { dataDir, apiKey } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const secrets = await keyfileSecrets({
    path: join(dataDir, 'master.key'),
    ...(options.masterKey === undefined ? {} : { masterKey: options.masterKey }),
  });
  const [state, bundledSkills] = await Promise.all([
    openState(options, secrets),
    readSkillFolders(join(packageRoot(), 'skills')),
  ]);
  const ports: Ports = {
    ...state,
    bundledSkills,
    models: routeModels(options),
    messages: options.anthropic === undefined ? null : anthropicMessages(options.anthropic),
    sandboxes: justBashSandboxes(),
    repositories: gitRepositories({ connect: guardedConnect(options.privateHosts) }),
    secrets,
    outbound: guardedOutbound(options.privateHosts),
    mcp: mcpServers({ fetch: guardedFetch(options.privateHosts ?? [], MAX_MCP_ANSWER_BYTES) }),
  };
  const seen = options.wrap?.(ports) ?? ports;
  const ids = new Set([...Object.keys(options.models ?? {}), ...(options.anthropic?.listed ?? [])]);
  const known = [...ids].map((id) => ({ id, display_name: id }));
  const core = createCore(seen, {
    apiKey,
    models: known,
    strictBetas: options.strictBetas ?? false,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.run === undefined ? {} : { run: options.run }),
    ...(options.report === undefined ? {} : { report: options.report }),
  });
  core.start();
  return {
    client: new Anthropic({ apiKey, baseURL: 'http://core.local', fetch: core.fetch }),
    plugin: core.plugin,
    health: () => seen.store.health(),
    close: () => core.close(),
  };
}

async function openState(
  { dataDir, database, clock }: EmbedOptions,
  secrets: Secrets,
): Promise<Pick<Ports, 'store' | 'engine' | 'blobs' | 'clock'>> {
  if (database === undefined) {
    const own = clock ?? systemClock;
    const opened = await openSqlite({ path: coreFile(dataDir), clock: own });
    await mkdir(join(dataDir, 'blobs'), { recursive: true, mode: 0o700 });
    return { ...opened, clock: own, blobs: diskBlobs(join(dataDir, 'blobs')) };
  }
  // Loaded by those who use it: a start on files does not wait for it.
  const { openPostgres } = await import('./core/adapters/postgres/index.ts');
  const { agree, ...opened } = await openPostgres({ ...database, ...(clock === undefined ? {} : { clock }) });
  try {
    const sample = await agree('master key', await secrets.seal(KEY_SAMPLE, 'one key'));
    await secrets.open(KEY_SAMPLE, sample).catch((cause: unknown) => {
      throw new SecretUnreadable(
        'other nodes of this database seal what vaults hold with another key: give all of them the same VIGIL_MASTER_KEY',
        { cause },
      );
    });
    return opened;
  } catch (error) {
    await opened.store.close();
    throw error;
  }
}

/** Reads logs from end to end, without a core. Rejects with `StoreUnavailable`, saying what to do, when it cannot. */
export async function checkLogs(
  { dataDir, databaseUrl }: { dataDir: string; databaseUrl: string | null },
  options: CheckOptions,
): Promise<LogCheck> {
  if (databaseUrl === null) return await checkSqlite(coreFile(dataDir), options);
  const { checkPostgres } = await import('./core/adapters/postgres/index.ts');
  return await checkPostgres({ url: databaseUrl, ...options });
}

/** Takes the files of a data directory as they are from now on; nobody may have them open. */
export async function acceptLogs(dataDir: string): Promise<void> {
  await acceptSqlite(coreFile(dataDir), systemClock.now());
}

/** What was carried from files into a database. */
export type Carried = LogCheck & { files: number };

/**
 * Carries what files in a data directory hold into a schema that is not there yet, and reads it again there: every line and
 * every byte as it was. `beside` runs last, while no server can use the files. Without a schema everything is only read. Rejects
 * with `StoreUnavailable` or `BlobMissing`, saying what to do; the schema is of no use then.
 */
export async function carryCore(
  { dataDir, url, schema }: { dataDir: string; url: string; schema: string | null },
  beside: () => Promise<void>,
): Promise<Carried> {
  const file = coreFile(dataDir);
  return await giveSqlite(file, async (rows) => {
    const before = await checkSqlite(file);
    if (before.faults.length > 0)
      throw new StoreUnavailable('The logs are not what was written: see `vigil verify-log`.');
    const keys = await blobKeys(join(dataDir, 'blobs'));
    if (schema !== null) {
      const { checkPostgres, receivePostgres } = await import('./core/adapters/postgres/index.ts');
      await receivePostgres({ url, schema }, { rows, blobs: bytesOf(dataDir, keys) });
      const after = await checkPostgres({ url, schema });
      if (after.faults.length > 0 || after.head !== before.head || after.events !== before.events) {
        throw new StoreUnavailable('The logs did not arrive as they were. Nothing has been changed; report this.');
      }
    }
    await beside();
    return { ...before, files: keys.length };
  });
}

async function* bytesOf(dataDir: string, keys: readonly string[]) {
  const blobs = diskBlobs(join(dataDir, 'blobs'));
  for (const key of keys) yield { key, bytes: blobs.stream(key) };
}

function coreFile(dataDir: string): string {
  return join(dataDir, 'core.db');
}

/** Sealed by the first node of a database, opened by all others: so a node with another key is found out at its start. */
const KEY_SAMPLE = { workspace: 'none', vault: 'none', name: 'sample', version: 0 };

/** Of one answer of an MCP server, its stream included. */
const MAX_MCP_ANSWER_BYTES = 8 * 1024 * 1024;

const systemClock: Clock = { now: () => Date.now() };

function routeModels({ models = {}, anthropic }: Pick<EmbedOptions, 'models' | 'anthropic'>): Models {
  const remote = anthropic === undefined ? null : anthropicModel(anthropic);
  return {
    for(id) {
      const own = Object.hasOwn(models, id) ? models[id] : undefined;
      if (own !== undefined) return own;
      if (remote !== null && !id.startsWith('scripted')) return remote;
      const names = Object.keys(models).join(', ') || 'none';
      throw new ModelError(
        'unknown_model',
        `no model "${id}" here (there is: ${names}); set ANTHROPIC_API_KEY, or choose one of these for the agent`,
      );
    },
  };
}
