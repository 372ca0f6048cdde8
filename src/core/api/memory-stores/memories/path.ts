/** Where a memory may stand, and which paths are in each other's way. Pure. */
import { z } from 'zod';

const MAX_BYTES = 1024;
const MAX_SEGMENTS = 20;

/** `/` and 1 to 20 segments, in NFC, at most 1,024 bytes. */
export const memoryPath = z.string().superRefine((path, context) => {
  const problem = problemOf(path);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

/** As a path, but ending in `/`; the root alone is fine. */
export const pathPrefix = z.string().superRefine((prefix, context) => {
  const problem = prefix.endsWith('/') ? problemOf(`${prefix}x`) : 'must end with "/"';
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

function problemOf(path: string): string | null {
  if (!path.startsWith('/')) return 'must start with "/"';
  if (Buffer.byteLength(path) > MAX_BYTES) return `must be at most ${MAX_BYTES} bytes long`;
  if (/[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/u.test(path)) {
    return 'must not contain control or format characters or line separators';
  }
  if (path.normalize('NFC') !== path) return 'must be in Unicode normalization form C';
  const segments = path.slice(1).split('/');
  if (segments.length > MAX_SEGMENTS) return `must have at most ${MAX_SEGMENTS} segments`;
  const bad = segments.some((segment) => segment === '' || segment === '.' || segment === '..');
  return bad ? 'must not have empty segments, "." or ".."' : null;
}

/** True for the same path, and when one is a folder of the other. */
export function overlap(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}
