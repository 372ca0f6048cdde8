/** Lives of `mortal-core.ts`: from the start of the process to its end, whenever that comes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Anthropic from '@anthropic-ai/sdk';

export interface MortalOrder {
  name: string;
  dataDir: string;
  apiKey: string;
  masterKey: string;
  database: { url: string; schema: string; leaseMs: number } | null;
  /** One line for every command that was carried out. */
  effects: string;
}
export interface Life {
  name: string;
  pid: number;
  /** Null when it ended before it listened. */
  client: Promise<Anthropic | null>;
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void;
  /** Resolves with the signal or code that ended it. */
  ended: Promise<string>;
  /** What it had to complain about. */
  stderr(): string;
}

/** `descriptors`: how many the process may have open, by a limit of its own. */
export function live(order: MortalOrder, { descriptors }: { descriptors?: number } = {}): Life {
  const here = import.meta.dirname;
  const args = ['--import', join(here, 'strip-types.mjs'), join(here, 'mortal-core.ts'), JSON.stringify(order)];
  const limited = ['-c', `ulimit -n ${descriptors} && exec "$0" "$@"`, process.execPath, ...args];
  const [program, given] = descriptors === undefined ? [process.execPath, args] : ['sh', limited];
  const child = spawn(program, given, { stdio: ['pipe', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = `${stderr}${text}`.slice(-5_000);
  });
  const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? code));
  return {
    name: order.name,
    pid: child.pid ?? 0,
    client: address(child.stdout).then((baseURL) =>
      baseURL === null ? null : new Anthropic({ apiKey: order.apiKey, baseURL, maxRetries: 0, timeout: 5_000 }),
    ),
    signal: (signal) => void child.kill(signal),
    ended,
    stderr: () => stderr,
  };
}

async function address(output: NodeJS.ReadableStream): Promise<string | null> {
  for await (const line of createInterface({ input: output })) {
    const found = /^listening on (\S+)$/.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return null;
}
