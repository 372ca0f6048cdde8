/** Puts a working tree of files and links where the hands can change it. */
import type { InMemoryFs } from 'just-bash';
import type { TreeFile } from '../../ports/sandbox.ts';

export async function placeTree(fs: InMemoryFs, root: string, files: readonly TreeFile[]): Promise<void> {
  const isNew = !(await fs.exists(root));
  try {
    await fs.mkdir(root, { recursive: true });
    // Files before links: no file is written through a link of the same tree.
    for (const file of files) if ('bytes' in file) await placeFile(fs, `${root}/${file.path}`, file);
    for (const file of files) if ('link' in file) await placeLink(fs, `${root}/${file.path}`, file.link);
  } catch (error) {
    if (isNew) await fs.rm(root, { recursive: true, force: true });
    throw error;
  }
}

async function placeFile(
  fs: InMemoryFs,
  path: string,
  file: { bytes: Uint8Array; executable: boolean },
): Promise<void> {
  await fs.mkdir(folderOf(path), { recursive: true });
  await fs.writeFile(path, file.bytes);
  await fs.chmod(path, file.executable ? 0o755 : 0o644);
}

async function placeLink(fs: InMemoryFs, path: string, target: string): Promise<void> {
  await fs.mkdir(folderOf(path), { recursive: true });
  await fs.rm(path, { force: true });
  await fs.symlink(target, path);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
