/** One git process: argv only, no shell, and nothing of this process's environment or the user's configuration. */
import { execFile } from 'node:child_process';
import { GIT_ENVIRONMENT } from '../../lib/git-environment.ts';

export interface GitCall {
  /** Bare repository the command works on; absent for clone and init. */
  repository?: string;
  index?: string;
  /** Where new objects go instead of the repository, which is then only read. */
  quarantine?: string;
  stdin?: string | Buffer;
  /** Commit date, RFC 3339. */
  date?: string;
  maxBytes?: number;
  signal?: AbortSignal;
}
export type GitResult =
  | { ok: true; stdout: Buffer }
  | { ok: false; why: 'exit' | 'missing' | 'timeout' | 'too_much' | 'aborted'; stderr: string };

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 4 * 1024 * 1024;
const WHO = { NAME: 'Vigil', EMAIL: 'vigil@localhost' };
const safe = [
  ['core.hooksPath', '/dev/null'],

  ['protocol.allow', 'never'],
  ['protocol.file.allow', 'always'],
  ['core.quotePath', 'true'],
  ['core.autocrlf', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['gc.auto', '0'],
  ['commit.gpgSign', 'false'],
].flatMap(([key, value]) => ['-c', `${key}=${value}`]);

export function git(args: string[], call: GitCall): Promise<GitResult> {
  const place = call.repository === undefined ? [] : [`--git-dir=${call.repository}`];
  return new Promise((resolve) => {
    const child = execFile(
      'git',
      [...safe, ...place, ...args],
      {
        env: environment(call),
        encoding: 'buffer',
        timeout: TIMEOUT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: call.maxBytes ?? MAX_BYTES,
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ ok: true, stdout });
        else
          resolve({ ok: false, why: reason(error), stderr: stderr.toString('utf8').slice(0, 4000) || error.message });
      },
    );
    // git may answer and leave before it has read everything; its exit code says what matters.
    child.stdin?.on('error', () => {});
    child.stdin?.end(call.stdin ?? '');
  });
}

function environment(call: GitCall): NodeJS.ProcessEnv {
  return {
    ...GIT_ENVIRONMENT,
    LC_ALL: 'C.UTF-8',
    GIT_AUTHOR_NAME: WHO.NAME,
    GIT_AUTHOR_EMAIL: WHO.EMAIL,
    GIT_COMMITTER_NAME: WHO.NAME,
    GIT_COMMITTER_EMAIL: WHO.EMAIL,
    ...(call.date === undefined ? {} : { GIT_AUTHOR_DATE: call.date, GIT_COMMITTER_DATE: call.date }),
    ...(call.index === undefined ? {} : { GIT_INDEX_FILE: call.index }),
    ...(call.quarantine === undefined
      ? {}
      : {
          GIT_OBJECT_DIRECTORY: call.quarantine,
          GIT_ALTERNATE_OBJECT_DIRECTORIES: `${call.repository ?? ''}/objects`,
        }),
  };
}

function reason(error: Error & { code?: unknown; killed?: boolean }): Extract<GitResult, { ok: false }>['why'] {
  if (error.code === 'ENOENT') return 'missing';
  if (error.code === 'ABORT_ERR') return 'aborted';
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'too_much';
  return error.killed === true ? 'timeout' : 'exit';
}

/** A git command that had to work did not. Caught at the forge's door, where it becomes a value. */
export class GitFailure extends Error {
  readonly why: Extract<GitResult, { ok: false }>['why'];

  constructor(command: string, result: Extract<GitResult, { ok: false }>) {
    super(
      result.why === 'missing'
        ? 'git is not installed on this machine: install it, or configure GitHub as the forge'
        : `git ${command}: ${result.why === 'exit' ? result.stderr.trim() : result.why}`,
    );
    this.name = 'GitFailure';
    this.why = result.why;
  }
}

export async function mustGit(args: string[], call: GitCall): Promise<Buffer> {
  const result = await git(args, call);
  if (!result.ok) throw new GitFailure(args[0] ?? '', result);
  return result.stdout;
}

/** One line of output without its newline. */
export async function gitLine(args: string[], call: GitCall): Promise<string> {
  return (await mustGit(args, call)).toString('utf8').trim();
}
