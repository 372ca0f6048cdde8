/** A change file by file: before, after, and the diff people read. Pure. */
import { structuredPatch } from 'diff';
import type { PullRequestPlan } from '../../sre/action.ts';
import { CHANGE_LIMITS, refusedMode, refusedPath } from '../../sre/ports/change-limits.ts';
import type { Text } from './trees.ts';

export interface FileChange {
  path: string;
  before: Text | null;
  after: Text | null;
}

/** The unified diff of these changes, in order of path; the same changes give the same bytes. */
export function renderDiff(changes: FileChange[]): string {
  return inOrder(changes).map(renderFile).join('');
}

export function planFiles(changes: FileChange[]): PullRequestPlan['files'] {
  return inOrder(changes).map(({ path, after }) => ({ path, content: after?.content ?? null, mode: '100644' }));
}

export function realChanges(changes: FileChange[]): FileChange[] {
  return changes.filter(({ before, after }) => before?.content !== after?.content);
}

export interface Refusal {
  why: 'empty' | 'refused_path' | 'too_large';
  detail: string;
}

/** Why nobody should be asked about this change, or null. */
export function refusedChanges(changes: FileChange[]): Refusal | null {
  if (changes.length === 0) return { why: 'empty', detail: 'the base branch already holds this content' };
  if (changes.length > CHANGE_LIMITS.files) {
    return { why: 'too_large', detail: `${changes.length} files; at most ${CHANGE_LIMITS.files}` };
  }
  for (const { path, before, after } of changes) {
    const why = refusedPath(path) ?? refusedMode(before?.mode ?? '000000') ?? refusedMode(after?.mode ?? '000000');
    if (why !== null) return { why: 'refused_path', detail: `${JSON.stringify(path)} ${why}` };
    // A commit made through the API cannot carry file modes.
    if (after?.mode === '100755') {
      return { why: 'refused_path', detail: `${JSON.stringify(path)} is executable, which GitHub's API would drop` };
    }
  }
  const bytes = changes.reduce((sum, { after }) => sum + Buffer.byteLength(after?.content ?? ''), 0);
  return bytes > CHANGE_LIMITS.bytes ? { why: 'too_large', detail: `the changed files hold ${bytes} bytes` } : null;
}

function inOrder(changes: FileChange[]): FileChange[] {
  return changes.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function renderFile({ path, before, after }: FileChange): string {
  const { hunks } = structuredPatch('', '', before?.content ?? '', after?.content ?? '', '', '', { context: 3 });
  const lines = [
    `diff --git a/${path} b/${path}`,
    ...(before === null ? [`new file mode ${after?.mode}`] : []),
    ...(after === null ? [`deleted file mode ${before?.mode}`] : []),
    ...(hunks.length === 0 ? [] : [`--- ${before === null ? '/dev/null' : `a/${path}`}`]),
    ...(hunks.length === 0 ? [] : [`+++ ${after === null ? '/dev/null' : `b/${path}`}`]),
    ...hunks.flatMap((hunk) => [
      `@@ -${span(hunk.oldStart, hunk.oldLines)} +${span(hunk.newStart, hunk.newLines)} @@`,
      ...hunk.lines,
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function span(start: number, count: number): string {
  // A side without lines is counted from the line before it.
  return count === 0 ? `${Math.max(0, start - 1)},0` : count === 1 ? `${start}` : `${start},${count}`;
}
