/** `vigil serve` in a process of its own, from a cold start to its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../kit/free-port.ts';
import { processorMs } from './processor.ts';

const cli = join(import.meta.dirname, '../../dist/src/cli/main.js');
const PATIENCE_MS = 30_000;

export interface VigilProcess {
  url: string;
  apiKey: string;
  /** From the start of the process to the first 200, milliseconds. */
  startMs: number;
  /** Resident memory of the process. */
  rssMb(): Promise<number>;
  /** Processor time of all its threads since its start. */
  cpuMs(): Promise<number>;
  /** Kills it and leaves its files. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** On an empty folder of its own, or on the one given; removed in the end. `settings` are what `vigil.yaml` says. */
export async function startVigil(
  env: Record<string, string> = {},
  { folder, settings = {} }: { folder?: string; settings?: Record<string, unknown> } = {},
): Promise<VigilProcess> {
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'vigil-bench-')));
  await writeFile(join(data, 'vigil.yaml'), JSON.stringify(settings));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const child = spawn(process.execPath, [cli, 'serve', '--port', String(port), '--data', data], {
    cwd: data,
    env: { PATH: process.env.PATH ?? '', VIGIL_LOG_LEVEL: 'silent', ...env },
    stdio: 'ignore',
  });
  await firstAnswer(url, child);
  const startMs = performance.now() - began;
  return {
    url,
    startMs,
    apiKey: env.VIGIL_API_KEY ?? (await readFile(join(data, 'api-key'), 'utf8')).trim(),
    rssMb: () => residentMb(child),
    cpuMs: () => processorMs(child.pid ?? 0),
    async crash() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function firstAnswer(url: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`vigil serve ended with ${child.exitCode} before it answered`);
    const response = await fetch(`${url}/healthz`).catch(() => null);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    await sleep(5);
  }
  throw new Error(`vigil serve did not answer within ${PATIENCE_MS} ms`);
}

/** Of the whole process, from the kernel; only Linux says it this way. */
async function residentMb(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}
