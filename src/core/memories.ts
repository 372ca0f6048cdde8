/** What a memory may be, and the record of one change of it: the same for whoever writes. Pure. */
import { createHash } from 'node:crypto';
import type { Actor, MemoryBody, MemoryVersionBody } from './documents.ts';
import { mint } from './ids.ts';

/** As the service's documentation gave them on 2026-11-01. */
export interface MemoryLimits {
  /** UTF-8 bytes of one memory. */
  memoryBytes: number;
  memoriesPerStore: number;
}
export const memoryLimits: MemoryLimits = { memoryBytes: 102_400, memoriesPerStore: 2_000 };

const MAX_BYTES = 1024;
const MAX_SEGMENTS = 20;

/** Why no memory can stand at this path; null when one can. */
export function pathProblem(path: string): string | null {
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

export interface Measured {
  content: string;
  content_sha256: string;
  content_size_bytes: number;
}

/** Hash and size are those of the UTF-8 bytes, without any normalization. */
export function measure(content: string): Measured {
  const bytes = Buffer.from(content, 'utf8');
  return {
    content,
    content_sha256: createHash('sha256').update(bytes).digest('hex'),
    content_size_bytes: bytes.length,
  };
}

type Recorded = Pick<MemoryVersionBody, 'path' | 'content' | 'content_sha256' | 'content_size_bytes' | 'operation'>;

/** The next version of a memory. */
export function memoryVersion(
  of: Pick<MemoryBody, 'id' | 'memory_store_id'>,
  recorded: Recorded,
  author: Actor,
  now: number,
): MemoryVersionBody {
  return {
    id: mint('memver', now),
    type: 'memory_version',
    memory_store_id: of.memory_store_id,
    memory_id: of.id,
    ...recorded,
    created_at: new Date(now).toISOString(),
    created_by: author,
    redacted_at: null,
    redacted_by: null,
  };
}
