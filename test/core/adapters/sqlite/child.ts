import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

const program = `${import.meta.dirname}/../../../kit/sqlite-program.ts`;
const loader = `${import.meta.dirname}/../../../kit/strip-types.mjs`;
const NOBODY = 65_534;

export interface Child {
  /** The next line it prints; rejects when it ends first. */
  line(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<unknown>;
}

/** The command line of `sqlite-program.ts`, for running it under something else. */
export function childCommand(task: string, path: string): string[] {
  return [process.execPath, '--import', loader, program, task, path];
}

/** Runs `sqlite-program.ts` in a process of its own, on the sources as they are. */
export async function startChild(task: string, path: string, options: { unprivileged?: boolean } = {}): Promise<Child> {
  const child = spawn(process.execPath, ['--import', loader, program, task, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(options.unprivileged && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async line() {
      const next = await lines.next();
      if (next.done) throw new Error(`the child ended while ${task} was waited for`);
      return next.value;
    },
    kill: (signal) => child.kill(signal),
    ended: once(child, 'exit'),
  };
}
