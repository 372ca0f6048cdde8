/** Several whole servers on one database, each a process that can be killed, with one Slack and one GitHub for all. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MODEL } from './crashing-model.ts';
import type { Order } from './crashing-server.ts';
import { FakeGithub, TOKEN } from './fake-github.ts';
import { BOT, FakeSlack } from './fake-slack.ts';
import { sql } from './real-postgres.ts';

export interface ProductNode {
  name: string;
  url: string;
  get<Body>(path: string): Promise<Body>;
  /** An alert as Alertmanager sends it. */
  hook(body: unknown): Promise<number>;
  signal(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void;
  ended: Promise<unknown>;
}
export interface ProductNodes {
  slack: FakeSlack;
  github: FakeGithub;
  /** Those that have not ended, in the order of their start. */
  alive(): ProductNode[];
  /** The one that drives this incident now, or null. */
  driver(incident: string): Promise<ProductNode | null>;
  close(): Promise<void>;
}

const KEY = 'vk-nodes';
const HOOK = 'vh-nodes';

/**
 * `world` is a folder with a `repo.bundle`; `thinkMs` passes before each answer of the model; `leaseMs` is how long a server that
 * stands still keeps what it holds.
 */
export async function startProductNodes(
  databaseUrl: string,
  count: number,
  { world, ...pace }: { world: string; thinkMs: number; leaseMs?: number },
): Promise<ProductNodes> {
  const home = await mkdtemp(join(tmpdir(), 'vigil-product-nodes-'));
  const bare = join(home, 'shop.git');
  execFileSync('git', ['clone', '-q', '--bare', join(world, 'repo.bundle'), bare]);
  const [slack, github] = await Promise.all([new FakeSlack().start(), new FakeGithub(bare).start()]);
  const masterKey = randomBytes(32).toString('base64');
  const children = new Map<ProductNode, ChildProcess>();

  async function add(name: string): Promise<void> {
    const data = join(home, name);
    await mkdir(data);
    const env = {
      PATH: process.env.PATH ?? '',
      VIGIL_DATA: data,
      VIGIL_PORT: '0',
      VIGIL_API_KEY: KEY,
      VIGIL_HOOK_TOKEN: HOOK,
      VIGIL_MASTER_KEY: masterKey,
      DATABASE_URL: databaseUrl,
      VIGIL_WORLD: world,
      VIGIL_MODEL: MODEL,
      VIGIL_LOG_LEVEL: 'error',
      SLACK_BOT_TOKEN: BOT.token,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_CHANNEL: slack.channel,
      SLACK_API_URL: slack.apiUrl,
      GITHUB_TOKEN: TOKEN,
      GITHUB_REPOSITORY: github.repository,
      GITHUB_API_URL: github.url,
    };
    const order: Order = { death: null, recordFile: join(data, 'record.jsonl'), ...pace };
    const program = ['crashing-loader.mjs', 'crashing-server.ts'].map((file) => join(import.meta.dirname, file));
    const child = spawn(process.execPath, ['--import', ...program, JSON.stringify(order)], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const url = await Promise.race([address(child), ended.then(() => Promise.reject(new Error(`${name} ended`)))]);
    children.set(nodeAt(name, url, child, ended), child);
  }

  await Promise.all(Array.from({ length: count }, (_, n) => add(`node${n + 1}`)));
  return {
    slack,
    github,
    alive: () =>
      [...children].filter(([, child]) => child.exitCode === null && child.signalCode === null).map(([node]) => node),
    async driver(incident) {
      const [row] = await sql(
        databaseUrl,
        `SELECT n.name FROM vigil_product.claims c JOIN vigil_product.nodes n ON n.id = c.node WHERE c.key = '${incident}'`,
      );
      const pid = Number(String(row?.name).split(' ').at(-1));
      return [...children].find(([, child]) => child.pid === pid)?.[0] ?? null;
    },
    async close() {
      for (const child of children.values()) child.kill('SIGKILL');
      await Promise.all([...children.keys()].map((node) => node.ended));
      await Promise.all([slack.stop(), github.stop()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

function nodeAt(name: string, url: string, child: ChildProcess, ended: Promise<unknown>): ProductNode {
  return {
    name,
    url,
    ended,
    async get<Body>(path: string) {
      const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${KEY}` } });
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return asBody<Body>(await response.json());
    },
    async hook(body) {
      const headers = { authorization: `Bearer ${HOOK}`, 'content-type': 'application/json' };
      const response = await fetch(`${url}/hooks/alertmanager`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      await response.arrayBuffer();
      return response.status;
    },
    signal: (signal) => void child.kill(signal),
  };
}

async function address(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the node has no output');
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /listening on (\S+)/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the node said nothing');
}

/** The server's word for it. */
function asBody<Body>(value: unknown): Body {
  return value as Body;
}
