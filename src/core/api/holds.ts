/** Bytes are shared by content, by all workspaces: they go when the last document that names them is gone, and never under a writer. */
import { randomUUID } from 'node:crypto';
import type { SkillVersionBody } from '../documents.ts';
import type { WorkspaceId } from '../ids.ts';
import type { Doc, DocKind } from '../ports/store.ts';
import { type Core, newDoc } from './core.ts';
import { allWorkspaces } from './workspaces/all.ts';

/** Wraps work between taking up a blob key and writing the document that names it. */
export function holding<Result>(core: Core, work: () => Promise<Result>): Promise<Result> {
  return core.blobs.hold(work);
}

interface Removal {
  /** For the write that takes the names away: so the bytes go also if this process dies, or somebody holds keys now. */
  puts: { doc: Omit<Doc, 'revision'>; expect: number }[];
  /** Call after that write. What cannot go now goes later. */
  drop(): Promise<void>;
}
interface RemovalBody {
  keys: readonly string[];
}

/** Of these blobs those go that nothing names any more. */
export function removal(core: Core, keys: readonly string[]): Removal {
  const named = [...new Set(keys)].filter((key) => key !== '');
  if (named.length === 0) return { puts: [], drop: async () => undefined };
  const body: RemovalBody = { keys: named };
  const doc = newDoc(core, 'blob_removal', randomUUID(), body, { createdAt: core.clock.now() });
  return { puts: [{ doc, expect: 0 }], drop: () => dropBlobs(core, doc.id, named) };
}

/** What could not go when its names went. While anyone holds a key all stay: late is better than lost. */
export async function dropBlobsLeft(core: Core): Promise<void> {
  for (const { id, body } of await rows<RemovalBody>(core, core.workspace, 'blob_removal', 1_000, {})) {
    await dropBlobs(core, id, body.keys);
  }
}

async function dropBlobs(core: Core, removalId: string, keys: readonly string[]): Promise<void> {
  const done = await core.blobs.whileUnheld(async () => {
    for (const key of keys) if (!(await isNamed(core, key))) await core.blobs.remove(key);
  });
  if (done) await core.store.commit({ removes: [{ kind: 'blob_removal', id: removalId }] });
}

async function isNamed(core: Core, key: string): Promise<boolean> {
  for (const { id } of await allWorkspaces(core)) {
    if (await isNamedIn(core, id, key)) return true;
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
