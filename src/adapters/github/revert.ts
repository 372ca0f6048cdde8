/** Taking one commit back: its inverse, put on today's base file by file. */
import { applyPatch, structuredPatch } from 'diff';
import { CHANGE_LIMITS } from '../../sre/ports/change-limits.ts';
import type { Prepared } from '../../sre/ports/forge.ts';
import type { FileChange } from './file-change.ts';
import { type Hub, orNull, readTrouble, where } from './hub.ts';
import type { Text, Trees } from './trees.ts';

export type Worked = { ok: true; changes: FileChange[] } | Extract<Prepared, { ok: false }>;

interface Taken {
  sha: string;
  parent: string;
  paths: string[];
}

export async function revertOf(hub: Hub, files: Trees, base: string, name: string, commit: string): Promise<Worked> {
  const taken = await findCommit(hub, base, name, commit);
  if ('ok' in taken) return taken;
  const changes: FileChange[] = [];
  for (const path of taken.paths) {
    const change = await takeBack(files, taken, base, path);
    if ('ok' in change) return change;
    changes.push(change);
  }
  return { ok: true, changes };
}

async function findCommit(
  hub: Hub,
  base: string,
  name: string,
  commit: string,
): Promise<Taken | Extract<Prepared, { ok: false }>> {
  const unknown = (why: string) =>
    ({ ok: false, why: 'unknown_commit', detail: `${JSON.stringify(name)}: ${why}` }) as const;
  if (!/^[0-9a-f]{7,64}$/i.test(commit)) return unknown('no such commit');
  const found = await orNull(hub.octokit.rest.repos.getCommit({ ...where(hub), ref: commit, per_page: 300 })).catch(
    (error: unknown) => {
      // GitHub answers 422 for an id that no commit has.
      if (readTrouble(error).status === 422) return null;
      throw error;
    },
  );
  if (found === null) return unknown('the repository holds no such commit');
  const { sha, parents, files = [] } = found.data;
  const { data } = await hub.octokit.rest.repos.compareCommitsWithBasehead({
    ...where(hub),
    basehead: `${base}...${sha}`,
    per_page: 1,
  });
  if (data.status !== 'behind' && data.status !== 'identical')
    return unknown(`${sha.slice(0, 12)} is not part of the base branch`);
  const parent = parents[0]?.sha;
  if (parent === undefined)
    return { ok: false, why: 'conflict', detail: `${sha.slice(0, 12)} is the first commit of all` };
  const paths = new Set(
    files.flatMap((file) => [file.filename, ...(file.previous_filename ? [file.previous_filename] : [])]),
  );
  if (paths.size > CHANGE_LIMITS.files) {
    return {
      ok: false,
      why: 'too_large',
      detail: `${sha.slice(0, 12)} changed ${paths.size} files or more; at most ${CHANGE_LIMITS.files}`,
    };
  }
  return { sha, parent, paths: Array.from(paths) };
}

async function takeBack(
  files: Trees,
  { sha, parent }: Taken,
  base: string,
  path: string,
): Promise<FileChange | Extract<Prepared, { ok: false }>> {
  const [then, before, now] = await Promise.all([
    files.read(sha, path),
    files.read(parent, path),
    files.read(base, path),
  ]);
  for (const read of [then, before, now]) {
    if (!read.ok) return { ok: false, why: 'refused_path', detail: read.detail };
  }
  if (!then.ok || !before.ok || !now.ok) throw new Error('unreachable');
  const merged = merge(now.file, then.file, before.file);
  if (merged.ok) return { path, before: now.file, after: merged.file };
  return { ok: false, why: 'conflict', detail: `${path} was changed again since ${sha.slice(0, 12)}` };
}

/** What `now` becomes when the step from `before` to `then` is taken back. */
function merge(
  now: Text | null,
  then: Text | null,
  before: Text | null,
): { ok: true; file: Text | null } | { ok: false } {
  if (now?.content === then?.content || now?.content === before?.content) return { ok: true, file: before };
  if (now === null || then === null || before === null) return { ok: false };
  const inverse = structuredPatch('a', 'b', then.content, before.content, '', '', { context: 3 });
  const content = applyPatch(now.content, inverse, { fuzzFactor: 0, autoConvertLineEndings: false });
  return content === false ? { ok: false } : { ok: true, file: { content, mode: now.mode } };
}
