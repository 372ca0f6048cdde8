/** The built program in a process of its own, as a person or a script runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../src/lib/package-root.ts';

const entry = join(packageRoot(), 'dist/src/cli/main.js');

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  timeoutMs?: number;
  /** As a user without any right, where the tests run as root: root may write what may only be read. */
  unprivileged?: boolean;
}

const NOBODY = 65_534;

/** Without the accounts of the machine that runs the tests. */
function environmentOf(extra: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', VIGIL_LOG_LEVEL: 'silent', ...extra };
}

export async function runCli(args: string[], options: RunOptions = {}): Promise<Ran> {
  const child = startCli(args, options);
  const timer = setTimeout(() => child.process.kill('SIGKILL'), options.timeoutMs ?? 30_000);
  const code = await child.ended;
  clearTimeout(timer);
  return { code, stdout: child.stdout(), stderr: child.stderr() };
}

export interface Running {
  process: ChildProcess;
  stdout(): string;
  stderr(): string;
  ended: Promise<number | null>;
  /** Resolves with the first match in what was printed; rejects when the program ends before. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
}

export function startCli(args: string[], options: RunOptions = {}): Running {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: options.cwd ?? packageRoot(),
    env: environmentOf(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.unprivileged === true && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    prints: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(stdout);
          if (match !== null) resolve(match);
        };
        child.stdout.on('data', look);
        look();
        void ended.then((code) =>
          reject(new Error(`ended with ${code} before it printed ${pattern}: ${stdout}${stderr}`)),
        );
      }),
  };
}
