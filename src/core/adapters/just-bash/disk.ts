/** The virtual file system of one sandbox: everything in memory, what was mounted cannot be changed. */
import { InMemoryFs } from 'just-bash';
import type { TreeFile } from '../../ports/sandbox.ts';
import { createFolders, type Folders } from './folders.ts';
import type { WorkerStart } from './message.ts';
import { placeTree } from './tree.ts';

export const home = '/home/user';
const outputsRoot = '/mnt/session/outputs';
const readOnlyRoots = ['/mnt/session/uploads', '/mnt/skills', '/mnt/memory'];

export interface Disk extends Folders {
  fs: InMemoryFs;
  outputs(): Promise<{ path: string; bytes: Uint8Array }[]>;
  place(root: string, files: readonly TreeFile[]): Promise<void>;
  nextNumber(): number;
}

export function createDisk(start: WorkerStart): Disk {
  const fs = new GuardedFs(start);
  const directories = [home, '/tmp', outputsRoot, ...readOnlyRoots, ...start.folders.map((folder) => folder.path)];
  for (const directory of directories) fs.mkdirSync(directory, { recursive: true });
  for (const file of start.files)
    fs.writeFileSync(file.path, file.bytes, undefined, { mode: file.executable ? 0o555 : 0o444 });
  fs.seal();
  const folders = createFolders(fs, start.folders);
  let numbers = 0;
  return {
    fs,
    nextNumber: () => ++numbers,
    // Held back like the hands: what lies in the way may be a link into the mounts.
    place: (root, files) => placeTree(fs, root, files),
    put: (files) => fs.unsealed(() => folders.put(files)),
    changes: () => (fs.takeTouched() ? folders.changes() : Promise.resolve([])),
    async outputs() {
      const paths = fs.getAllPaths().filter((path) => path.startsWith(`${outputsRoot}/`));
      const files = [];
      for (const path of paths) {
        if ((await fs.stat(path)).isFile) files.push({ path, bytes: await fs.readFileBuffer(path) });
      }
      return files;
    },
  };
}

/** Refuses every change below the mounts, also through links, but inside the folders that may be written. */
class GuardedFs extends InMemoryFs {
  #sealed = false;
  #touched = false;
  readonly #writable: readonly string[];
  readonly #readOnly: readonly string[];

  constructor({ maxBytes, folders }: Pick<WorkerStart, 'maxBytes' | 'folders'>) {
    super({}, { maxTotalBytes: maxBytes });
    this.#writable = folders.filter((folder) => folder.writable).map((folder) => folder.path);
    this.#readOnly = [...readOnlyRoots, ...folders.filter((folder) => !folder.writable).map((folder) => folder.path)];
  }
  seal(): void {
    this.#sealed = true;
  }
  /** For the server's own hand, while no command runs. */
  async unsealed(work: () => Promise<void>): Promise<void> {
    this.#sealed = false;
    try {
      await work();
    } finally {
      this.#sealed = true;
    }
  }
  /** Whether anything was tried below a writable folder since this was last asked. */
  takeTouched(): boolean {
    const touched = this.#touched;
    this.#touched = false;
    return touched;
  }
  async #allow(operation: string, path: string): Promise<void> {
    if (!this.#sealed) return;
    const real = await this.#resolve(path);
    if (this.#writable.some((root) => real.startsWith(`${root}/`))) {
      this.#touched = true;
      return;
    }
    if (this.#readOnly.some((root) => real === root || real.startsWith(`${root}/`))) {
      throw new Error(`EROFS: read-only file system, ${operation} '${path}'`);
    }
  }
  /** The real path of what exists of it, and the rest as written. */
  async #resolve(path: string): Promise<string> {
    const absolute = this.resolvePath('/', path);
    for (let head = absolute, tail = ''; ; ) {
      try {
        return (await this.realpath(head)) + tail;
      } catch {
        const slash = head.lastIndexOf('/');
        if (slash <= 0) return absolute;
        tail = head.slice(slash) + tail;
        head = head.slice(0, slash);
      }
    }
  }

  override async writeFile(...args: Parameters<InMemoryFs['writeFile']>): Promise<void> {
    await this.#allow('write', args[0]);
    return super.writeFile(...args);
  }
  override async appendFile(...args: Parameters<InMemoryFs['appendFile']>): Promise<void> {
    await this.#allow('write', args[0]);
    return super.appendFile(...args);
  }
  override async mkdir(...args: Parameters<InMemoryFs['mkdir']>): Promise<void> {
    await this.#allow('mkdir', args[0]);
    return super.mkdir(...args);
  }
  override async rm(...args: Parameters<InMemoryFs['rm']>): Promise<void> {
    await this.#allow('unlink', args[0]);
    if (this.#readOnly.some((root) => root.startsWith(`${this.resolvePath('/', args[0])}/`))) {
      throw new Error(`EROFS: read-only file system, unlink '${args[0]}'`);
    }
    return super.rm(...args);
  }
  override async cp(...args: Parameters<InMemoryFs['cp']>): Promise<void> {
    await this.#allow('write', args[1]);
    return super.cp(...args);
  }
  override async mv(...args: Parameters<InMemoryFs['mv']>): Promise<void> {
    await this.#allow('rename', args[0]);
    await this.#allow('rename', args[1]);
    return super.mv(...args);
  }
  override async chmod(...args: Parameters<InMemoryFs['chmod']>): Promise<void> {
    await this.#allow('chmod', args[0]);
    return super.chmod(...args);
  }
  override async symlink(...args: Parameters<InMemoryFs['symlink']>): Promise<void> {
    await this.#allow('symlink', args[1]);
    return super.symlink(...args);
  }
  override async link(...args: Parameters<InMemoryFs['link']>): Promise<void> {
    await this.#allow('link', args[0]);
    await this.#allow('link', args[1]);
    return super.link(...args);
  }
  override async utimes(...args: Parameters<InMemoryFs['utimes']>): Promise<void> {
    await this.#allow('utime', args[0]);
    return super.utimes(...args);
  }
}
