/** What was merged into the default branch. When it went live, a commit does not say. */
import { z } from 'zod';
import { firstLine } from '../../../lib/one-line.ts';
import type { Change } from '../../../sre/change.ts';
import { orNull, readTrouble, where } from '../hub.ts';
import { changedFile } from './brought.ts';
import { type Listing, moment, person, type Repository, read } from './repository.ts';

const commit = z.object({
  sha: z.string(),
  html_url: z.string().optional(),
  commit: z.object({
    message: z.string(),
    author: z.object({ name: z.string().default('') }).nullish(),
    committer: z.object({ date: moment }),
  }),
  author: person,
});
type Commit = z.infer<typeof commit>;
const whole = commit.extend({ parents: z.array(z.unknown()), files: z.array(changedFile).default([]) });

const PAGES = 3;

export async function listCommits(
  repository: Repository,
  { from, to }: { from: number; to: number },
): Promise<Listing> {
  const { hub } = repository;
  const found: Commit[] = [];
  for (let page = 1; page <= PAGES; page++) {
    const { data } = await hub.octokit.rest.repos.listCommits({
      ...where(hub),
      ...{ since: new Date(from).toISOString(), until: new Date(to).toISOString() },
      ...{ per_page: 100, page },
    });
    found.push(...read('the list of commits', z.array(commit), data));
    if (data.length < 100)
      return { changes: found.map((one) => asChange(repository, one)), truncated: false, warnings: [] };
  }
  return { changes: found.map((one) => asChange(repository, one)), truncated: true, warnings: [] };
}

/** First lines of the messages by hash, of the newest commits since then: for lists that name hashes only. */
export async function headlines({ hub }: Repository, since: number): Promise<Map<string, string>> {
  const { data } = await hub.octokit.rest.repos.listCommits({
    ...where(hub),
    ...{ since: new Date(since).toISOString(), per_page: 100 },
  });
  const found = read('the list of commits', z.array(commit), data);
  return new Map(found.map((one) => [one.sha, firstLine(one.commit.message, 300)]));
}

/** Null when the repository holds no such commit. */
export async function readCommit(
  repository: Repository,
  hash: string,
): Promise<{ change: Change; files: z.infer<typeof whole>['files']; parents: number; parent: string | null } | null> {
  const { hub } = repository;
  const found = await orNull(hub.octokit.rest.repos.getCommit({ ...where(hub), ref: hash, per_page: 300 })).catch(
    (error: unknown) => {
      // GitHub answers 422 for an id that no commit has.
      if (readTrouble(error).status === 422) return null;
      throw error;
    },
  );
  if (found === null) return null;
  const one = read('a commit', whole, found.data);
  return {
    change: asChange(repository, one),
    files: one.files,
    parents: one.parents.length,
    parent: parentOf(one.parents),
  };
}

function parentOf([first]: readonly unknown[]): string | null {
  return z.object({ sha: z.string() }).safeParse(first).data?.sha ?? null;
}

function asChange(
  { name, service }: Repository,
  { sha, html_url, commit: { message, author, committer }, author: account }: Commit,
): Change {
  return {
    id: `github:${name}:commit:${sha}`,
    kind: 'deploy',
    service,
    time: new Date(committer.date).toISOString(),
    actor: account?.login ?? author?.name ?? '',
    title: `merged: ${firstLine(message, 300)}`,
    ref: sha,
    hasDiff: true,
    basis: 'released',
    ...(html_url === undefined ? {} : { url: html_url }),
  };
}
