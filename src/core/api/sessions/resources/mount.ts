/** Where a file stands in the sandbox: always below the uploads folder. Pure. */
import { posix } from 'node:path';
import { invalid } from '../../errors.ts';

export const UPLOADS = '/mnt/session/uploads';

/**
 * `/data.csv` and `data.csv` are taken below the folder; a path that leaves it is refused. Without one it is the id of the
 * upload, not of its copy: who writes to the agent before the session is made knows that one only.
 */
export function mountPath(given: string | null | undefined, fileId: string): string {
  if (given === null || given === undefined) return `${UPLOADS}/${fileId}`;
  const below = given === UPLOADS || given.startsWith(`${UPLOADS}/`) ? given.slice(UPLOADS.length) : given;
  const path = posix.normalize(`${UPLOADS}/${below}`);
  const plain = !given.includes('\0') && !below.split('/').includes('..');
  if (!plain || !path.startsWith(`${UPLOADS}/`) || path.endsWith('/')) {
    throw invalid(`mount_path: "${given.slice(0, 100)}" does not name a file below ${UPLOADS}`);
  }
  return path;
}

/** Two files cannot stand at one path, nor one inside the other. */
export function refuseOverlap(taken: readonly string[], path: string): void {
  const clash = taken.find((other) => other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`));
  if (clash !== undefined) throw invalid(`mount_path: ${path} is in the way of ${clash}`);
}
