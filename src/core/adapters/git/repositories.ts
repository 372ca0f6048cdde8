/** Repositories by the `git` command of this machine, over HTTP alone. */

import { fewAtATime } from '../../../lib/few-at-a-time.ts';
import { type Repositories, RepositoryFailed, type Revision } from '../../ports/repositories.ts';
import type { TreeFile } from '../../ports/sandbox.ts';
import { type Bench, onBench } from './bench.ts';
import { readBlobs, readListing, type TreeLimits, withContent } from './tree.ts';
import type { Connect } from './tunnel.ts';

export interface GitRepositoriesOptions {
  /** Decides which addresses may be asked. */
  connect: Connect;
  limits?: Partial<GitLimits>;
}
export interface GitLimits extends TreeLimits {
  /** That one fetch may bring over the network. */
  fetchBytes: number;
  /** Fetches of this process; the others wait. */
  atOnce: number;
  resolveMs: number;
  fetchMs: number;
}
const DEFAULTS: GitLimits = {
  files: 20_000,
  bytes: 100_000_000,
  fetchBytes: 200_000_000,
  atOnce: 4,
  resolveMs: 15_000,
  fetchMs: 60_000,
};

export function gitRepositories({ connect, limits: given = {} }: GitRepositoriesOptions): Repositories {
  const limits = { ...DEFAULTS, ...given };
  // Each holds a whole repository in memory for a moment.
  const few = fewAtATime(limits.atOnce);
  return {
    async resolve(source, revision, signal) {
      if (revision?.type === 'commit' && isWhole(revision.sha)) return revision.sha.toLowerCase();
      const timeoutMs = revision?.type === 'commit' ? limits.fetchMs : limits.resolveMs;
      const around = { connect, maxBytes: limits.fetchBytes, timeoutMs, signal };
      return await few(() =>
        onBench(source, around, (bench) =>
          revision?.type === 'commit' ? longer(bench, revision.sha) : tip(bench, revision),
        ),
      );
    },
    async files(source, commit, signal) {
      const around = { connect, maxBytes: limits.fetchBytes, timeoutMs: limits.fetchMs, signal };
      return await few(() => onBench(source, around, (bench) => filesOf(bench, commit, limits)));
    },
  };
}

const FETCH = ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
const HEADER_BYTES = 100;

function isWhole(sha: string): boolean {
  return sha.length === 40 || sha.length === 64;
}

async function filesOf(bench: Bench, commit: string, limits: TreeLimits): Promise<TreeFile[]> {
  await bench.run([...FETCH, '--depth=1', '--', bench.url, commit]);
  if ((await commitOf(bench, commit)) === null) {
    throw new RepositoryFailed('checkout', `${commit} is not the id of a commit`);
  }
  const entries = readListing(await bench.run(['ls-tree', '-r', '-z', '-l', '--full-tree', commit]), limits);
  const wanted = [...new Set(entries.map((entry) => entry.blob))];
  const batch = await bench.run(['cat-file', '--batch', '--buffer'], {
    stdin: wanted.map((id) => `${id}\n`).join(''),
    maxBytes: limits.bytes + wanted.length * HEADER_BYTES,
  });
  return withContent(entries, readBlobs(batch));
}

async function tip(bench: Bench, revision: Exclude<Revision, { type: 'commit' }>): Promise<string> {
  const ref = revision === null ? 'HEAD' : `refs/heads/${revision.name}`;
  const listed = (await bench.run(['ls-remote', '--quiet', '--', bench.url, ref])).toString('utf8');
  const found = listed
    .split('\n')
    .map((line) => line.split('\t'))
    .find(([, name]) => name === ref);
  const [commit] = found ?? [];
  if (commit !== undefined) return commit;
  throw new RepositoryFailed(
    'checkout',
    revision === null
      ? 'it has no default branch, or it is empty'
      : `it has no branch ${JSON.stringify(revision.name)}`,
  );
}

/** A host is asked for commits by their whole id only, so the short form is looked up among the commits of all branches. */
async function longer(bench: Bench, sha: string): Promise<string> {
  await bench.run([...FETCH, '--', bench.url, '+refs/heads/*:refs/heads/*']);
  const commit = await commitOf(bench, sha);
  if (commit === null) throw new RepositoryFailed('checkout', `it has no commit that begins with ${sha}, or several`);
  return commit;
}

async function commitOf(bench: Bench, name: string): Promise<string | null> {
  const found = await bench.attempt(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  return found?.toString('utf8').trim() ?? null;
}
