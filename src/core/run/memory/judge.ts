/** What becomes of the files the hands changed in a memory folder. Pure. */
import type { MemoryBody } from '../../documents.ts';
import { type Measured, type MemoryLimits, measure, overlap, pathProblem } from '../../memories.ts';
import type { DocRow } from '../../ports/store.ts';

export interface Changed {
  /** Within the store. */
  path: string;
  /** Null when the file is gone. */
  bytes: Uint8Array | null;
  /** Hash of what the hands were last shown there; null for nothing. */
  base: string | null;
}
export type Verdict =
  /** The store holds just that already; `hash` is null where it holds nothing. */
  | { do: 'nothing'; hash: string | null }
  | { do: 'write'; memory: DocRow<MemoryBody> | null; written: Measured }
  | { do: 'delete'; memory: DocRow<MemoryBody> }
  /** The file stays as it is and is not kept. */
  | { do: 'leave'; why: string }
  /** Somebody else was first: the store wins. */
  | { do: 'revert'; memory: DocRow<MemoryBody> | null };

export type Judged = Changed & { verdict: Verdict };

/** What goes, goes first: a folder may take the place of a file. */
export function judgeAll(
  changes: readonly Changed[],
  memories: readonly DocRow<MemoryBody>[],
  limits: MemoryLimits,
): Judged[] {
  let standing = memories;
  let created = 0;
  const gone = changes.filter((change) => change.bytes === null);
  const judged = gone.map((change) => ({ ...change, verdict: judgeGone(change, standing) }));
  const deleted = new Set(judged.flatMap(({ verdict }) => (verdict.do === 'delete' ? [verdict.memory.id] : [])));
  standing = memories.filter((memory) => !deleted.has(memory.id));
  for (const change of changes) {
    if (change.bytes === null) continue;
    const full = standing.length + created >= limits.memoriesPerStore;
    const verdict = judgeText(change, change.bytes, standing, { ...limits, full });
    if (verdict.do === 'write' && verdict.memory === null) created += 1;
    judged.push({ ...change, verdict });
  }
  return judged;
}

function judgeGone({ path, base }: Changed, memories: readonly DocRow<MemoryBody>[]): Verdict {
  const memory = memories.find((one) => one.body.path === path);
  if (memory === undefined) return { do: 'nothing', hash: null };
  return { do: memory.body.content_sha256 === base ? 'delete' : 'revert', memory };
}

function judgeText(
  { path, base }: Changed,
  bytes: Uint8Array,
  memories: readonly DocRow<MemoryBody>[],
  limits: MemoryLimits & { full: boolean },
): Verdict {
  const memory = memories.find((one) => one.body.path === path) ?? null;
  const current = memory?.body.content_sha256 ?? null;
  const text = decode(bytes);
  if (text === null) return { do: 'leave', why: 'a memory must be text in UTF-8' };
  const written = measure(text);
  if (written.content_sha256 === current) return { do: 'nothing', hash: current };
  if (current !== base) return { do: 'revert', memory };
  const why = sizeProblem(written, limits) ?? (memory === null ? newProblem(path, memories, limits) : null);
  return why === null ? { do: 'write', memory, written } : { do: 'leave', why };
}

function sizeProblem({ content_size_bytes: size }: Measured, { memoryBytes }: MemoryLimits): string | null {
  return size > memoryBytes ? `it has ${size} bytes, and a memory at most ${memoryBytes}` : null;
}

/** Why no memory can be made there. */
function newProblem(
  path: string,
  memories: readonly DocRow<MemoryBody>[],
  limits: MemoryLimits & { full: boolean },
): string | null {
  const problem = pathProblem(path);
  if (problem !== null) return `its path ${problem}`;
  if (limits.full) return `the store holds ${limits.memoriesPerStore} memories, which is the most`;
  const inTheWay = memories.find((one) => overlap(one.body.path, path));
  return inTheWay === undefined ? null : `${inTheWay.body.path} is in its way`;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
