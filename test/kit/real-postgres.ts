/** A real PostgreSQL server in a folder of its own, on a free port of the loopback, ended with the tests that use it. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, chownSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from './free-port.ts';

const PATIENCE_MS = 30_000;
const DEBIAN = '/usr/lib/postgresql';

/** What is not installed here, as a sentence; null when nothing is missing. */
export function missingPostgres(): string | null {
  if (binaries() === null) return 'not installed: PostgreSQL 15 or later (apt-get install postgresql-15)';
  return isRoot() && owner() === null ? 'there is no user postgres, and PostgreSQL does not run as root' : null;
}

export interface RealPostgres {
  url: string;
  port: number;
  /** Stops it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** `durable`: as in production. Without it the server does not wait for the disk, which tests of behaviour need not. */
export async function startPostgres(options: { durable?: boolean } = {}): Promise<RealPostgres> {
  const bin = binaries();
  if (bin === null) throw new Error('PostgreSQL is not installed');
  const home = mkdtempSync(join(tmpdir(), 'vigil-postgres-'));
  const user = isRoot() ? owner() : null;
  if (user !== null) chownSync(home, user.uid, user.gid);
  const data = join(home, 'data');
  const as = user === null ? {} : { uid: user.uid, gid: user.gid };
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'vigil', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    {
      ...as,
      cwd: home,
      stdio: 'ignore',
    },
  );
  const port = await freePort();
  const url = `postgresql://vigil@127.0.0.1:${port}/postgres`;
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: home,
    max_connections: 200,
    fsync: options.durable === true ? 'on' : 'off',
    shared_buffers: '64MB',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let ended: Promise<unknown> = Promise.resolve();
  let child: ReturnType<typeof spawn> | undefined;

  async function start(): Promise<void> {
    child = spawn(join(bin ?? '', 'postgres'), ['-D', data, ...flags], { ...as, cwd: home, stdio: 'ignore' });
    ended = once(child, 'exit');
    await answering(url);
  }
  async function kill(): Promise<void> {
    // Immediate shutdown: no checkpoint, connections cut; the helpers of the server go with it.
    child?.kill('SIGQUIT');
    await ended;
  }
  // Whatever becomes of the test process, no server is left behind.
  process.once('exit', () => child?.kill('SIGQUIT'));
  await start();
  return {
    url,
    port,
    kill,
    start,
    async stop() {
      await kill();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A name for a schema that no other test has. */
export function freshSchema(): string {
  return `vigil_${randomBytes(6).toString('hex')}`;
}

/** Runs statements on a connection of its own. */
export async function sql(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const answer: unknown = await client.query(text);
    return rowsOf(Array.isArray(answer) ? answer.at(-1) : answer);
  } finally {
    await client.end();
  }
}

async function answering(url: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(50)) {
    try {
      await sql(url, 'SELECT 1');
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** The folder of the newest server installed; on the path none, in Debian a folder per version. */
function binaries(): string | null {
  try {
    const versions = readdirSync(DEBIAN)
      .map(Number)
      .filter((version) => version >= 15);
    const bin = join(DEBIAN, String(Math.max(...versions)), 'bin');
    accessSync(join(bin, 'initdb'));
    return bin;
  } catch {
    return null;
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function owner(): { uid: number; gid: number } | null {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

/** Of several statements the driver answers a list, one answer each. */
function rowsOf(answer: unknown): Record<string, unknown>[] {
  return (answer as { rows: Record<string, unknown>[] }).rows;
}
