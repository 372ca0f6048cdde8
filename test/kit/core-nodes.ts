/** Several cores on one database, each a process that can be killed, frozen and asked over HTTP. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Anthropic from '@anthropic-ai/sdk';
import { freshSchema, sql } from './real-postgres.ts';

export interface NodeOrder {
  name: string;
  database: { url: string; schema: string; leaseMs: number };
  dataDir: string;
  apiKey: string;
  masterKey: string;
  /** One line for every command of the shell, before it is carried out. */
  effects: string;
}

/** The text that asks for a shell command that takes a second, before the answer. */
export const WITH_EFFECT = 'leave a mark';
/** Words of an answer, which come one by one for about a second. */
export const ANSWER_WORDS = 24;

export interface CoreNode {
  name: string;
  client: Anthropic;
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void;
  ended: Promise<unknown>;
}
export interface CoreNodes {
  /** Those that have not ended, in the order of their start. */
  alive(): CoreNode[];
  /** Rows of the shared database. */
  rows(text: string): Promise<Record<string, unknown>[]>;
  /** The node that holds the session now, or null. */
  holder(session: string): Promise<CoreNode | null>;
  /** Names of the nodes that carried out a command, one for each time. */
  effects(): Promise<string[]>;
  close(): Promise<void>;
}

const API_KEY = 'test-key';

/** `clocks`: how far the clock of each is off, in seconds; the library that does it must be there. */
export async function startCoreNodes(
  url: string,
  count: number,
  leaseMs: number,
  clocks: readonly number[] = [],
): Promise<CoreNodes> {
  const home = await mkdtemp(join(tmpdir(), 'vigil-nodes-'));
  const schema = freshSchema();
  const effects = join(home, 'effects');
  const masterKey = randomBytes(32).toString('base64');
  const children = new Map<CoreNode, ChildProcess>();
  let started = 0;

  async function add(): Promise<CoreNode> {
    started += 1;
    const name = `node${started}`;
    const database = { url, schema, leaseMs };
    const order: NodeOrder = { name, database, dataDir: join(home, name), apiKey: API_KEY, masterKey, effects };
    const child = spawn(
      process.execPath,
      [
        '--import',
        join(import.meta.dirname, 'strip-types.mjs'),
        join(import.meta.dirname, 'core-node.ts'),
        JSON.stringify(order),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...withClock(clocks[started - 1] ?? 0) } },
    );
    const ended = once(child, 'exit');
    const baseURL = await Promise.race([address(child), ended.then(() => Promise.reject(new Error(`${name} ended`)))]);
    const client = new Anthropic({ apiKey: API_KEY, baseURL, maxRetries: 0 });
    const node = { name, client, ended, signal: (signal: NodeJS.Signals) => void child.kill(signal) };
    children.set(node, child);
    return node;
  }

  const rows = (text: string) => sql(url, `SET search_path TO ${schema}; ${text}`);
  await Promise.all(Array.from({ length: count }, add));
  return {
    alive: () =>
      [...children].filter(([, child]) => child.exitCode === null && child.signalCode === null).map(([node]) => node),
    rows,
    async holder(session) {
      const [row] = await rows(
        `SELECT n.name FROM sessions s JOIN nodes n ON n.id = s.lease_owner WHERE s.id = '${session}' AND s.lease_until IS NOT NULL`,
      );
      const pid = Number(String(row?.name).split(' ').at(-1));
      return [...children].find(([, child]) => child.pid === pid)?.[0] ?? null;
    },
    effects: async () => (await readFile(effects, 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
    async close() {
      for (const child of children.values()) child.kill('SIGKILL');
      await Promise.all([...children.keys()].map((node) => node.ended));
      await rm(home, { recursive: true, force: true });
    },
  };
}

const LIBRARIES = '/usr/lib';

/** What is not installed here, as a sentence; null when a process can be given another clock. */
export function missingFakeClock(): string | null {
  return fakeClock() === null ? 'not installed: libfaketime (apt-get install faketime)' : null;
}

function fakeClock(): string | null {
  const folders = readdirSync(LIBRARIES).map((folder) => join(LIBRARIES, folder, 'faketime/libfaketimeMT.so.1'));
  return folders.find((file) => existsSync(file)) ?? null;
}

/** The steady clock, by which timers run, stays as it is. */
function withClock(seconds: number): Record<string, string> {
  if (seconds === 0) return {};
  const sign = seconds < 0 ? '' : '+';
  return { LD_PRELOAD: fakeClock() ?? '', FAKETIME: `${sign}${seconds}`, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}

async function address(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the node has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /^listening on (\S+)$/.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error('the node ended before it listened');
}
