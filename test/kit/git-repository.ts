/** Real repositories for tests: `commit` writes files and answers the commit's id. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const env = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
};

export async function gitIn(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: folder, env, maxBuffer: 16 * 1024 * 1024 });
  return stdout.trim();
}

export interface Workshop {
  folder: string;
  /** Writes (or with null deletes) the files and commits them. */
  commit(message: string, files: Record<string, string | Buffer | null>): Promise<string>;
  bundle(): Promise<string>;
  /** A bare copy, as a forge holds it. */
  bare(): Promise<string>;
  remove(): Promise<void>;
}

export async function gitWorkshop(): Promise<Workshop> {
  const home = await mkdtemp(join(tmpdir(), 'vigil-test-git-'));
  const folder = join(home, 'shop');
  await mkdir(folder);
  await gitIn(folder, 'init', '--quiet', '--initial-branch=main');
  return {
    folder,
    async commit(message, files) {
      for (const [path, content] of Object.entries(files)) {
        const target = join(folder, path);
        await mkdir(dirname(target), { recursive: true });
        await (content === null ? rm(target) : writeFile(target, content));
      }
      await gitIn(folder, 'add', '--all');
      await gitIn(folder, 'commit', '--quiet', '--message', message);
      return gitIn(folder, 'rev-parse', 'HEAD');
    },
    async bundle() {
      const path = join(home, `shop-${Date.now()}.bundle`);
      await gitIn(folder, 'bundle', 'create', '--quiet', path, 'HEAD', 'main');
      return path;
    },
    async bare() {
      const path = join(home, `bare-${Date.now()}-${Math.random().toString(16).slice(2)}.git`);
      await gitIn(home, 'clone', '--quiet', '--bare', folder, path);
      return path;
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}
