/**
 * Hands without a machine: a simulated shell over a file system in memory, inside a worker thread with a bounded heap.
 * It reaches no host file and no network, whatever the environment would allow. What does not stop in time is killed
 * with its worker, and the sandbox is gone.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { packageRoot } from '../../../lib/package-root.ts';
import {
  type FolderFile,
  type Sandbox,
  type Sandboxes,
  type SandboxFile,
  SandboxGone,
  type SandboxResult,
  type SandboxTool,
  type TreeFile,
} from '../../ports/sandbox.ts';
import type { Answer, Ask, WorkerStart } from './message.ts';

export interface SandboxLimits {
  /** Of one call that names none, milliseconds. Default 120,000. */
  timeoutMs?: number;
  /** From the end of a call's time to the end of its worker, milliseconds. Default 2,000. */
  graceMs?: number;
  /** Heap of the worker. Default 512 MB. */
  heapMb?: number;
  /** Files in the sandbox, mounted ones included. Default 256 MB. */
  diskMb?: number;
}

export function justBashSandboxes(limits: SandboxLimits = {}): Sandboxes {
  return {
    async create(spec) {
      const files = await Promise.all(spec.files.map(load));
      return start({ files, folders: spec.folders ?? [], maxBytes: (limits.diskMb ?? 256) * 1024 * 1024 }, limits);
    },
  };
}

async function load(file: SandboxFile): Promise<WorkerStart['files'][number]> {
  return { path: file.path, bytes: await file.bytes(), executable: file.executable === true };
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** `Ask` without its number. */
type Question =
  | { ask: 'execute'; tool: SandboxTool; input: Record<string, unknown>; timeoutMs: number }
  | { ask: 'outputs' }
  | { ask: 'put'; files: readonly FolderFile[] }
  | { ask: 'changes' }
  | { ask: 'place'; root: string; files: readonly TreeFile[] };

async function start(data: WorkerStart, limits: SandboxLimits): Promise<Sandbox> {
  const graceMs = limits.graceMs ?? 2_000;
  const worker = new Worker(entry(), {
    workerData: data,
    env: {},
    execArgv: [],
    stdin: false,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMb ?? 512, maxYoungGenerationSizeMb: 32 },
  });
  const waiting = new Map<number, Waiting>();
  let dead: SandboxGone | null = null;
  let numbers = 0;

  function die(reason: string, cause?: unknown): void {
    dead ??= new SandboxGone(reason, { cause });
    for (const one of waiting.values()) one.reject(dead);
    waiting.clear();
  }
  function kill(reason: string): void {
    die(reason);
    void worker.terminate();
  }
  function hear(id: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (dead !== null) reject(dead);
      else waiting.set(id, { resolve, reject });
    });
  }
  function ask(question: Question): Promise<Answer> {
    const answer = hear(++numbers);
    if (dead === null) worker.postMessage({ id: numbers, ...question } satisfies Ask);
    return answer;
  }

  worker.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
  });
  worker.on('error', (error) => die(`It ran out of its limits or crashed (${error.message}).`, error));
  worker.on('exit', () => die('It has stopped.'));
  worker.stdout.resume();
  worker.stderr.resume();
  worker.unref();
  await hear(0);

  async function execute(
    tool: SandboxTool,
    input: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<SandboxResult> {
    const timeoutMs = typeof input.timeout_ms === 'number' ? input.timeout_ms : (limits.timeoutMs ?? 120_000);
    const overdue = setTimeout(
      () => kill(`The call did not stop after ${timeoutMs} ms and was killed.`),
      timeoutMs + graceMs,
    );
    let unreachable: NodeJS.Timeout | undefined;
    const stop = () => {
      worker.postMessage({ id: 0, ask: 'abort' } satisfies Ask);
      unreachable = setTimeout(() => kill('The call was interrupted, did not stop, and was killed.'), graceMs);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      const answer = ask({ ask: 'execute', tool, input, timeoutMs });
      if (signal.aborted) stop();
      return resultOf(await answer);
    } finally {
      clearTimeout(overdue);
      clearTimeout(unreachable);
      signal.removeEventListener('abort', stop);
    }
  }

  return {
    execute,
    async outputs() {
      const answer = await ask({ ask: 'outputs' });
      return answer.answer === 'outputs' ? answer.files : [];
    },
    async put(files) {
      const answer = await ask({ ask: 'put', files });
      if (answer.answer !== 'put') throw new SandboxGone(reasonOf(answer));
    },
    async changes() {
      const answer = await ask({ ask: 'changes' });
      if (answer.answer !== 'changes') throw new SandboxGone(reasonOf(answer));
      return answer.files;
    },
    async place(root, files) {
      const answer = await ask({ ask: 'place', root, files });
      if (answer.answer !== 'placed') throw new Error(reasonOf(answer));
    },
    async dispose() {
      die('It was put away.');
      await worker.terminate();
    },
  };
}

function resultOf(answer: Answer): SandboxResult {
  if (answer.answer !== 'executed') throw new SandboxGone(reasonOf(answer));
  return answer.result;
}

function reasonOf(answer: Answer): string {
  return answer.answer === 'failed' ? `It failed: ${answer.reason}` : 'It answered something else.';
}

/** The worker is JavaScript, and a file of its own: it comes from the build also where this file runs from source. */
function entry(): string {
  return join(packageRoot(), 'dist/src/core/adapters/just-bash/worker.js');
}
