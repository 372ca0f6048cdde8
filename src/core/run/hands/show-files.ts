/** Keeps the uploads of a sandbox what the session's resources say, also while a turn goes on. */
import { BlobMissing } from '../../ports/blobs.ts';
import type { FolderFile, Sandbox } from '../../ports/sandbox.ts';
import type { FileResourceBody } from '../../resources.ts';
import type { Turn } from '../turn.ts';
import type { Shown } from './hands.ts';
import { readResources } from './mounts.ts';

/** Costs one read when nothing was attached or removed. A new sandbox has been made with what the turn began with. */
export async function showFiles(turn: Turn, sandbox: Sandbox, fresh: boolean, shown: Shown['files']): Promise<void> {
  if (fresh) for (const file of (await turn.mounts()).files) shown.set(file.mount_path, file.hidden.blob);
  const resources = await readResources(turn.ports, { id: turn.session, workspace: turn.workspace });
  const files = resources.filter((resource) => resource.type === 'file');
  const wanted = new Set(files.map((file) => file.mount_path));
  const gone = [...shown.keys()].filter((path) => !wanted.has(path));
  const added = files.filter((file) => shown.get(file.mount_path) !== file.hidden.blob);
  if (gone.length === 0 && added.length === 0) return;
  const arrived = await Promise.all(added.map((file) => withBytes(turn, file)));
  await sandbox.put([...gone.map((path) => ({ path, bytes: null })), ...arrived.filter((file) => file !== null)]);
  for (const path of gone) shown.delete(path);
  for (const file of added) shown.set(file.mount_path, file.hidden.blob);
}

/** Null when it was removed meanwhile. */
async function withBytes({ ports }: Turn, { mount_path: path, hidden }: FileResourceBody): Promise<FolderFile | null> {
  try {
    return { path, bytes: await ports.blobs.get(hidden.blob) };
  } catch (error) {
    if (error instanceof BlobMissing) return null;
    throw error;
  }
}
