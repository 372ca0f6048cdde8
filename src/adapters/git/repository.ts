/** The bare repository on disk: made on first use, from a bundle where there is one. */
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type GitCall, git, gitLine, mustGit } from './run.ts';

/** Creates the repository unless it is there. A crash half-way leaves a temporary folder, never half a repository. */
export async function ensureRepository(repository: string, seedBundle: string | null): Promise<void> {
  if (await exists(join(repository, 'HEAD'))) return;
  await mkdir(dirname(repository), { recursive: true, mode: 0o700 });
  const workshop = await mkdtemp(join(dirname(repository), '.forge-'));
  const fresh = join(workshop, 'fresh.git');
  try {
    if (seedBundle === null) {
      await mustGit(['init', '--bare', '--quiet', '--template=', '--initial-branch=main', fresh], {});
    } else {
      await mustGit(['clone', '--bare', '--quiet', '--template=', '--', seedBundle, fresh], {});
      await mustGit(['remote', 'remove', 'origin'], { repository: fresh });
    }
    await rename(fresh, repository).catch(async (error: unknown) => {
      // Another process was faster: its repository is as good as this one.
      if (!(await exists(join(repository, 'HEAD')))) throw error;
    });
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

export interface Base {
  branch: string;
  sha: string;
}

/** The branch changes are made against and its newest commit; null when there is none yet. */
export async function findBase(call: GitCall & { repository: string }, wanted: string | null): Promise<Base | null> {
  const named = wanted ?? (await gitLine(['symbolic-ref', '--short', 'HEAD'], call));
  const sha = await resolveCommit(call, `refs/heads/${named}`);
  if (sha !== null) return { branch: named, sha };
  if (wanted !== null) return null;
  // A bundle made without HEAD leaves HEAD dangling; a single branch is then the only thing meant.
  const listed = await gitLine(['for-each-ref', '--format=%(refname:short)', 'refs/heads/'], call);
  const branches = listed.split('\n').filter((name) => name !== '' && !name.startsWith('vigil/'));
  const only = branches.length === 1 ? branches[0] : branches.find((name) => name === 'main' || name === 'master');
  const head = only === undefined ? null : await resolveCommit(call, `refs/heads/${only}`);
  return only === undefined || head === null ? null : { branch: only, sha: head };
}

/** Full id of the commit a name stands for; null when the repository does not know it. */
export async function resolveCommit(call: GitCall, name: string): Promise<string | null> {
  const result = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], call);
  return result.ok ? result.stdout.toString('utf8').trim() : null;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
