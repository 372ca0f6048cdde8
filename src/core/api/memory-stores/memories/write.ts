/** One change of a memory and the version that records it, ready to be committed together. */
import { createHash } from 'node:crypto';
import type { MemoryBody, MemoryVersionBody } from '../../../documents.ts';
import { mint } from '../../../ids.ts';
import type { Doc } from '../../../ports/store.ts';
import { type Core, isoTime, newDoc } from '../../core.ts';
import { invalid } from '../../errors.ts';

export interface Content {
  content: string;
  content_sha256: string;
  content_size_bytes: number;
}

/** Hash and size are those of the UTF-8 bytes, without any normalization. */
export function measured(core: Core, content: string): Content {
  const bytes = Buffer.from(content, 'utf8');
  if (bytes.length > core.limits.memoryBytes) {
    throw invalid(`content: ${bytes.length} bytes; a memory holds at most ${core.limits.memoryBytes}`);
  }
  return {
    content,
    content_sha256: createHash('sha256').update(bytes).digest('hex'),
    content_size_bytes: bytes.length,
  };
}

type Recorded = Pick<MemoryVersionBody, 'path' | 'content' | 'content_sha256' | 'content_size_bytes' | 'operation'>;

/** The next version of a memory, written by whoever calls. */
export function newVersion(
  core: Core,
  of: Pick<MemoryBody, 'id' | 'memory_store_id'>,
  recorded: Recorded,
  now: number,
): MemoryVersionBody {
  return {
    id: mint('memver', now),
    type: 'memory_version',
    memory_store_id: of.memory_store_id,
    memory_id: of.id,
    ...recorded,
    created_at: isoTime(now),
    created_by: core.caller,
    redacted_at: null,
    redacted_by: null,
  };
}

export function versionPut(
  core: Core,
  version: MemoryVersionBody,
  now: number,
): { doc: Omit<Doc, 'revision'>; expect: 0 } {
  const under = { parent: version.memory_store_id, createdAt: now };
  return { doc: newDoc(core, 'memory_version', version.id, version, under), expect: 0 };
}
