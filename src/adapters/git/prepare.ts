/** Works out a change in a throw-away index and object folder: the repository is only read. */

import { CHANGE_LIMITS } from '../../sre/ports/change-limits.ts';
import type { Prepared } from '../../sre/ports/forge.ts';
import { type Base, resolveCommit } from './repository.ts';
import { type GitCall, git, gitLine, mustGit } from './run.ts';
import { changedBetween } from './tree.ts';

type Refusal = Extract<Prepared, { ok: false }>;
export type Bench = GitCall & { repository: string; index: string };
type Patch = { ok: true; text: string | Buffer } | Refusal;

export async function prepareRevert(bench: Bench, base: Base, name: string, commit: string): Promise<Patch> {
  const sha = /^[0-9a-f]{7,64}$/i.test(commit) ? await resolveCommit(bench, commit) : null;
  if (sha === null) return unknown(name, 'the repository holds no such commit');
  const inBase = await git(['merge-base', '--is-ancestor', sha, base.sha], bench);
  if (!inBase.ok) return unknown(name, `commit ${sha.slice(0, 12)} is not part of ${base.branch}`);
  // Of a merge the first parent is the branch it was merged into: undoing it undoes what the merge brought.
  const parent = await resolveCommit(bench, `${sha}^1`);
  if (parent === null) return { ok: false, why: 'conflict', detail: `${sha.slice(0, 12)} is the first commit of all` };
  const args = ['diff', '--binary', '--full-index', '--no-renames', '--no-ext-diff', '--no-textconv', sha, parent];
  const inverse = await git(args, { ...bench, maxBytes: 4 * CHANGE_LIMITS.bytes });
  if (!inverse.ok) return { ok: false, why: 'too_large', detail: `what ${sha.slice(0, 12)} changed is over 4 MiB` };
  if (inverse.stdout.length === 0) return { ok: false, why: 'empty', detail: `${sha.slice(0, 12)} changed no file` };
  return { ok: true, text: inverse.stdout };
}

export function preparePatch(patch: string): Patch {
  if (Buffer.byteLength(patch) > CHANGE_LIMITS.bytes) {
    return { ok: false, why: 'too_large', detail: `the patch is over ${CHANGE_LIMITS.bytes} bytes` };
  }
  if (patch.trim() === '') return { ok: false, why: 'empty', detail: 'the patch is empty' };
  return { ok: true, text: patch.endsWith('\n') ? patch : `${patch}\n` };
}

/** Applies the patch to the base in the bench's index and reads back what it did. */
export async function applyToBase(
  bench: Bench,
  base: Base,
  repository: string,
  text: string | Buffer,
): Promise<Prepared> {
  const refusal = await applyAll(bench, base, text);
  if (refusal !== null) return refusal;
  const tree = await gitLine(['write-tree'], bench);
  const changed = await changedBetween(bench, base.sha, tree);
  if (!changed.ok) return changed;
  return { ok: true, repository, base: base.branch, baseSha: base.sha, diff: changed.diff, files: changed.files };
}

/** Strictly first; then with the line counts recomputed, which models often get wrong. */
async function applyAll(bench: Bench, base: Base, text: string | Buffer): Promise<Refusal | null> {
  let strict = '';
  for (const how of [['--3way'], ['--3way', '--recount']]) {
    await mustGit(['read-tree', base.sha], bench);
    const applied = await git(['apply', '--cached', '--whitespace=nowarn', ...how, '-'], { ...bench, stdin: text });
    if (applied.ok) return null;
    if (applied.why !== 'exit') return { ok: false, why: 'unreachable', detail: `git apply: ${applied.why}` };
    strict ||= applied.stderr;
  }
  await mustGit(['read-tree', base.sha], bench);
  const undone = await git(['apply', '--cached', '--check', '--reverse', '-'], { ...bench, stdin: text });
  if (undone.ok) return { ok: false, why: 'empty', detail: `${base.branch} already holds this change` };
  return refusalFrom(strict, base);
}

function refusalFrom(stderr: string, base: Base): Refusal {
  const detail = stderr.replaceAll('\0', '').trim().slice(0, 2000);
  if (/invalid path|invalid mode|beyond a symbolic link/.test(stderr))
    return { ok: false, why: 'refused_path', detail };
  if (/No valid patches|unrecognized input/.test(stderr)) {
    return { ok: false, why: 'conflict', detail: `not a unified diff that git can read: ${detail}` };
  }
  return {
    ok: false,
    why: 'conflict',
    detail: `does not apply to ${base.branch} at ${base.sha.slice(0, 12)}: ${detail}`,
  };
}

function unknown(name: string, why: string): Refusal {
  return { ok: false, why: 'unknown_commit', detail: `${JSON.stringify(name)}: ${why}` };
}
