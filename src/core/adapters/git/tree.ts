/** The files of a commit, read from the objects themselves: no working tree is ever made on this machine. */
import { RepositoryFailed } from '../../ports/repositories.ts';
import type { TreeFile } from '../../ports/sandbox.ts';

export interface TreeLimits {
  files: number;
  /** Of all files together. */
  bytes: number;
}
export interface TreeEntry {
  path: string;
  kind: 'file' | 'executable' | 'link';
  blob: string;
  size: number;
}

/** `<mode> blob <id> <size>\t<path>\0`, repeated: the output of `ls-tree -r -z -l`. Submodules are left out. */
export function readListing(listing: Buffer, limits: TreeLimits): TreeEntry[] {
  const entries = listing
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      const [, mode = '', type, blob = '', size, path = ''] =
        /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.+)$/s.exec(line) ?? [];
      return type === 'blob' ? [{ path, kind: kindOf(mode), blob, size: Number(size) }] : [];
    });
  const bytes = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (entries.length > limits.files) throw tooMuch(`${entries.length} files`, `${limits.files} files`);
  if (bytes > limits.bytes) throw tooMuch(`${megabytes(bytes)} MB of files`, `${megabytes(limits.bytes)} MB`);
  const odd = entries.find(({ path }) => !isPlain(path));
  if (odd !== undefined) {
    throw new RepositoryFailed('checkout', `it holds a path that no checkout may have: ${JSON.stringify(odd.path)}`);
  }
  return entries;
}

/** `<id> blob <size>\n<content>\n`, repeated: the output of `cat-file --batch`. */
export function readBlobs(batch: Buffer): Map<string, Uint8Array> {
  const blobs = new Map<string, Uint8Array>();
  for (let at = 0; at < batch.length; ) {
    const end = batch.indexOf('\n', at);
    const [id = '', type, size] = batch.toString('latin1', at, end).split(' ');
    if (end === -1 || type !== 'blob') throw new RepositoryFailed('clone', 'git did not have all of its files');
    const start = end + 1;
    at = start + Number(size) + 1;
    blobs.set(id, batch.subarray(start, at - 1));
  }
  return blobs;
}

export function withContent(entries: readonly TreeEntry[], blobs: ReadonlyMap<string, Uint8Array>): TreeFile[] {
  return entries.map(({ path, kind, blob }) => {
    const bytes = blobs.get(blob);
    if (bytes === undefined) throw new RepositoryFailed('clone', 'git did not have all of its files');
    if (kind === 'link') return { path, link: Buffer.from(bytes).toString('utf8') };
    return { path, bytes, executable: kind === 'executable' };
  });
}

function kindOf(mode: string): TreeEntry['kind'] {
  if (mode === '120000') return 'link';
  return mode === '100755' ? 'executable' : 'file';
}

/** git itself writes no other paths, but a host may send what it likes. */
function isPlain(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
}

function tooMuch(has: string, most: string): RepositoryFailed {
  return new RepositoryFailed('clone', `it has ${has}, and at most ${most} are checked out`);
}
function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1_000_000);
}
