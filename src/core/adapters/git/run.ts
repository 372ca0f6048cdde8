/** One git process: argv only, no shell, and nothing of this process's environment or the user's configuration. */
import { spawn } from 'node:child_process';
import { GIT_ENVIRONMENT } from '../../../lib/git-environment.ts';

export interface GitCall {
  /** The bare repository it works in, also its working directory. */
  folder: string;
  /** Settings that may be seen by anybody. */
  settings?: Readonly<Record<string, string>>;
  /** Goes by the environment, which only this user's processes can read; never by argv, a file or a URL. */
  authorization?: string | null;
  stdin?: string;
  /** Of standard output. */
  maxBytes: number;
  signal: AbortSignal;
}
export type GitResult =
  | { ok: true; stdout: Buffer }
  | { ok: false; why: 'exit'; code: number | null; stderr: string }
  | { ok: false; why: 'missing' }
  | { ok: false; why: 'too_much' }
  | { ok: false; why: 'stopped' };

const MAX_STDERR = 64 * 1024;
/** Nothing but what the call itself allows: no hook, no helper, no other protocol, no second place to fetch from. */
const SAFE = {
  'core.hooksPath': '/dev/null',
  'core.attributesFile': '/dev/null',
  'core.askPass': '',
  'core.bigFileThreshold': '16m',
  'credential.helper': '',
  'fetch.recurseSubmodules': 'false',
  'fetch.unpackLimit': '1',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'pack.threads': '1',
  'protocol.allow': 'never',
  'protocol.version': '2',
  'transfer.bundleURI': 'false',
};

export function git(args: readonly string[], call: GitCall): Promise<GitResult> {
  const settings = Object.entries({ ...SAFE, ...call.settings }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  // A group of its own: git starts programs for the network and the pack, and all of them must end with it.
  const child = spawn('git', [...settings, `--git-dir=${call.folder}`, ...args], {
    cwd: call.folder,
    env: environment(call.authorization ?? null),
    detached: true,
  });
  const output: Buffer[] = [];
  const [room, complaint] = [meter(call.maxBytes), meter(MAX_STDERR)];
  let why: 'missing' | 'too_much' | 'stopped' | null = null;
  let stderr = '';
  function stop(reason: typeof why): void {
    why ??= reason;
    if (child.pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
  const stopped = () => stop('stopped');
  child.stdout.on('data', (chunk: Buffer) => {
    if (room(chunk)) output.push(chunk);
    else stop('too_much');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint(chunk)) stderr += chunk.toString('utf8');
  });
  // git may leave before it has read everything; its exit code says what matters.
  child.stdin.on('error', () => undefined);
  child.stdin.end(call.stdin ?? '');
  call.signal.addEventListener('abort', stopped, { once: true });
  if (call.signal.aborted) stopped();
  return new Promise((resolve) => {
    const end = (code: number | null) => {
      call.signal.removeEventListener('abort', stopped);
      if (why !== null) resolve({ ok: false, why });
      else if (code === 0) resolve({ ok: true, stdout: Buffer.concat(output) });
      else resolve({ ok: false, why: 'exit', code, stderr });
    };
    child.once('error', () => {
      why ??= 'missing';
      end(null);
    });
    child.once('close', end);
  });
}

/** True while the chunks fit together. */
function meter(most: number): (chunk: Buffer) => boolean {
  let size = 0;
  return (chunk) => {
    size += chunk.length;
    return size <= most;
  };
}

function environment(authorization: string | null): NodeJS.ProcessEnv {
  return {
    ...GIT_ENVIRONMENT,
    LC_ALL: 'C',
    GIT_LFS_SKIP_SMUDGE: '1',
    ...(authorization === null
      ? {}
      : {
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: 'http.extraHeader',
          GIT_CONFIG_VALUE_0: `Authorization: ${authorization}`,
        }),
  };
}
