/** Runs inside the worker: one virtual file system, one shell, one call at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { cut } from './cut.ts';
import { createDisk, type Disk } from './disk.ts';
import type { Answer, Ask, WorkerStart } from './message.ts';
import { createShell, type Shell } from './shell.ts';
import { ToolFault } from './tools/fault.ts';
import { edit, read, write } from './tools/files.ts';
import { glob } from './tools/glob.ts';
import { grep } from './tools/grep.ts';

/** The server starts this worker with `WorkerStart` and nothing else. */
function startOf(data: unknown): WorkerStart {
  return data as WorkerStart;
}

const disk = createDisk(startOf(workerData));
const shell = createShell(disk);
let inHand = new AbortController();

parentPort?.on('message', (ask: Ask) => {
  if (ask.ask === 'abort') inHand.abort();
  else void reply(ask);
});
say({ id: 0, answer: 'ready' });

function say(answer: Answer): void {
  parentPort?.postMessage(answer);
}

async function reply(ask: Exclude<Ask, { ask: 'abort' }>): Promise<void> {
  try {
    say(await answer(ask));
  } catch (error) {
    say({ id: ask.id, answer: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
}

async function answer(ask: Exclude<Ask, { ask: 'abort' }>): Promise<Answer> {
  const { id } = ask;
  switch (ask.ask) {
    case 'outputs':
      return { id, answer: 'outputs', files: await disk.outputs() };
    case 'put':
      await disk.put(ask.files);
      return { id, answer: 'put' };
    case 'changes':
      return { id, answer: 'changes', files: await disk.changes() };
    case 'place':
      await disk.place(ask.root, ask.files);
      return { id, answer: 'placed' };
    case 'execute':
      inHand = new AbortController();
      return { id, answer: 'executed', result: await execute(ask, disk, shell) };
  }
}

async function execute(ask: Extract<Ask, { ask: 'execute' }>, on: Disk, sh: Shell) {
  try {
    const { content, isError } = await run(ask, on, sh);
    return { content: await cut(content, on), isError };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { content: await cut(error instanceof ToolFault ? reason : `${ask.tool}: ${reason}`, on), isError: true };
  }
}

async function run(ask: Extract<Ask, { ask: 'execute' }>, on: Disk, sh: Shell) {
  const { input } = ask;
  switch (ask.tool) {
    case 'bash':
      return sh.run(input, AbortSignal.any([inHand.signal, AbortSignal.timeout(ask.timeoutMs)]), ask.timeoutMs);
    case 'read':
      return { content: await read(on.fs, input), isError: false };
    case 'write':
      return { content: await write(on.fs, input), isError: false };
    case 'edit':
      return { content: await edit(on.fs, input), isError: false };
    case 'glob':
      return { content: await glob(on.fs, input), isError: false };
    case 'grep':
      return { content: await grep(on.fs, input), isError: false };
  }
}
