/** A shell whose directory and variables last from call to call; functions and jobs do not. */
import { Bash } from 'just-bash';
import type { SandboxResult } from '../../ports/sandbox.ts';
import { archiveCommands } from './archives.ts';
import { type Disk, home } from './disk.ts';
import { containedRedirects } from './redirects.ts';
import { ToolFault } from './tools/fault.ts';

export interface Shell {
  run(input: Record<string, unknown>, signal: AbortSignal, timeoutMs: number): Promise<SandboxResult>;
}

/** Output is bounded here to spare memory and cut for the model later. */
const limits = { maxOutputSize: 16 * 1024 * 1024, maxStringLength: 32 * 1024 * 1024, maxCommandCount: 1_000_000 };
const firstEnv: Record<string, string> = {
  HOME: home,
  USER: 'user',
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
};

export function createShell(disk: Disk): Shell {
  const start = { cwd: home, env: firstEnv, executionLimits: limits, customCommands: archiveCommands };
  const bash = new Bash({ fs: disk.fs, ...start });
  bash.registerTransformPlugin(containedRedirects);
  const fresh = { env: firstEnv, cwd: home };
  let place = fresh;

  async function execute(command: string, signal: AbortSignal, timeoutMs: number): Promise<SandboxResult> {
    const result = await bash.exec(command, { ...place, replaceEnv: true, rawScript: true, signal });
    if (signal.aborted) {
      const mark = `[bash: ${whyAborted(signal, timeoutMs)}; it may have had part of its effect]`;
      return { content: `${outputOf(result)}\n${mark}`.trim(), isError: true };
    }
    place = { env: result.env, cwd: result.env.PWD ?? place.cwd };
    const status = result.exitCode === 0 ? '' : `exit ${result.exitCode}`;
    return { content: [outputOf(result), status].filter(Boolean).join('\n'), isError: result.exitCode !== 0 };
  }

  return {
    async run({ command, restart }, signal, timeoutMs) {
      if (restart === true) place = fresh;
      if (typeof command === 'string' && command !== '') return execute(command, signal, timeoutMs);
      if (restart === true) return { content: 'bash session restarted', isError: false };
      throw new ToolFault('bash: command is required');
    },
  };
}

function whyAborted(signal: AbortSignal, timeoutMs: number): string {
  const timedOut = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
  return timedOut ? `timed out after ${timeoutMs} ms` : 'interrupted';
}

function outputOf(result: { stdout: string; stderr: string }): string {
  return [result.stdout, result.stderr]
    .filter((part) => part !== '')
    .join('\n')
    .replace(/\n+$/, '');
}
