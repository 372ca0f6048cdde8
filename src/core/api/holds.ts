/** Bytes are shared by content, by all workspaces: they go when the last document that names them is gone, and never under a writer. */
import type { SkillVersionBody } from '../documents.ts';
import type { WorkspaceId } from '../ids.ts';
import type { DocKind } from '../ports/store.ts';
import type { Core } from './core.ts';
import { allWorkspaces } from './workspaces/all.ts';

/** Wraps work between taking up a blob key and writing the document that names it. */
export function holding<Result>(core: Core, work: () => Promise<Result>): Promise<Result> {
  return core.blobs.hold(work);
}

/** Removes the blobs that nothing names any more. While anyone holds a key they stay: a leak is better than a loss. */
export async function dropBlobs(core: Core, keys: readonly string[]): Promise<void> {
  const named = [...new Set(keys)].filter((key) => key !== '');
  if (named.length === 0) return;
  await core.blobs.whileUnheld(async () => {
    for (const key of named) if (!(await isNamed(core, key))) await core.blobs.remove(key);
  });
}

async function isNamed(core: Core, key: string): Promise<boolean> {
  for (const workspace of await allWorkspaces(core)) {
    if (await isNamedIn(core, workspace, key)) return true;
  }
  return false;
}

async function isNamedIn(core: Core, workspace: WorkspaceId, key: string): Promise<boolean> {
  for (const kind of ['file', 'session_resource'] as const) {
    if ((await rows(core, workspace, kind, 1, { 'hidden.blob': key })).length > 0) return true;
  }
  const versions = await rows<SkillVersionBody>(core, workspace, 'skill_version', 10_000, {});
  return versions.some((row) => row.body.hidden.files.some((file) => file.blob === key));
}

function rows<Body>(core: Core, workspace: WorkspaceId, kind: DocKind, limit: number, where: Record<string, string>) {
  return core.store.list<Body>({ kind, workspace, order: 'asc', limit, includeArchived: true, where });
}
