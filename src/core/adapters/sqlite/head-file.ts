/**
 * Where the logs were when last seen, in a file beside the database. SQLite mends what a crash or a bad disk took off the
 * end of its write-ahead log without a word; the file tells. It is written after the commits that it tells of have
 * reached the disk, so it may be behind, never ahead.
 */
import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import type { FileLedger } from './ledger.ts';

const head = z.strictObject({
  format: z.literal('vigil-head-1'),
  database: z.string(),
  commits: z.number().int().min(0),
  sum: z.string().regex(/^[0-9a-f]{64}$|^$/),
  at: z.iso.datetime(),
});
export type Head = z.infer<typeof head>;

export function headFileOf(path: string): string {
  return `${path}.head`;
}

/** Null when there is none: a database that was just made, or brought from elsewhere without it. */
export async function readHead(path: string): Promise<Head | 'unreadable' | null> {
  let text: string;
  try {
    text = await readFile(headFileOf(path), 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause;
  }
  try {
    return head.parse(JSON.parse(text));
  } catch {
    return 'unreadable';
  }
}

/** Replaces the file in one step. */
export async function writeHead(path: string, ledger: FileLedger, now: number): Promise<void> {
  const content: Head = { format: 'vigil-head-1', ...ledger, at: new Date(now).toISOString() };
  const draft = `${headFileOf(path)}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(content)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, headFileOf(path));
}

export interface HeadKeeper {
  /** These commits are on disk; null for none. */
  note(ledger: FileLedger | null): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

/** How far the file may be behind, milliseconds. Each writing costs a sync that commits wait behind. */
const EVERY_MS = 1_000;

export function createHeadKeeper(path: string, now: () => number): HeadKeeper {
  let latest: FileLedger | null = null;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  function write(): void {
    timer = null;
    if (latest === null) return;
    const ledger = latest;
    latest = null;
    // A disk that is full keeps the file behind; the next commit that succeeds tries again.
    writing = writing.then(() => writeHead(path, ledger, now())).catch(() => undefined);
  }
  return {
    note(ledger) {
      if (ledger === null) return;
      latest = ledger;
      timer ??= setTimeout(write, EVERY_MS).unref();
    },
    async close() {
      if (timer !== null) clearTimeout(timer);
      write();
      await writing;
    },
  };
}
