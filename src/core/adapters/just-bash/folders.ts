/** Directories whose content outlives the sandbox: what was put there last, and what the hands made of it. */
import { createHash } from 'node:crypto';
import type { InMemoryFs } from 'just-bash';
import type { FolderFile, SandboxFolder } from '../../ports/sandbox.ts';

export interface Folders {
  /** Must be called where the hands are not held back. */
  put(files: readonly FolderFile[]): Promise<void>;
  changes(): Promise<FolderFile[]>;
}

export function createFolders(fs: InMemoryFs, folders: readonly SandboxFolder[]): Folders {
  const known = new Map<string, string>();

  async function now(): Promise<Map<string, Uint8Array>> {
    const files = new Map<string, Uint8Array>();
    for (const path of fs.getAllPaths()) {
      if (!folders.some((folder) => folder.writable && path.startsWith(`${folder.path}/`))) continue;
      if ((await fs.lstat(path)).isFile) files.set(path, await fs.readFileBuffer(path));
    }
    return files;
  }
  return {
    async put(files) {
      for (const { path, bytes } of files) {
        known.delete(path);
        await fs.rm(path, { force: true, recursive: true });
        if (bytes === null) continue;
        await fs.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true });
        await fs.writeFile(path, bytes);
        known.set(path, hash(bytes));
      }
    },
    async changes() {
      const files = await now();
      const changed: FolderFile[] = [];
      for (const [path, bytes] of files) {
        const digest = hash(bytes);
        if (known.get(path) === digest) continue;
        known.set(path, digest);
        changed.push({ path, bytes });
      }
      for (const path of [...known.keys()]) {
        if (files.has(path) || !folders.some(({ writable, path: root }) => writable && path.startsWith(`${root}/`))) {
          continue;
        }
        known.delete(path);
        changed.push({ path, bytes: null });
      }
      return changed.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
