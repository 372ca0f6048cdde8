/** Stores the files of a received skill and makes the body of its version. */
import type { SkillVersionBody } from '../../documents.ts';
import { mint, type SkillId } from '../../ids.ts';
import { type Core, isoTime } from '../core.ts';
import type { Bundle } from './bundle.ts';

/** Call while holding: the blobs are not named by any document yet. */
export async function storeVersion(core: Core, skill: SkillId, bundle: Bundle, now: number): Promise<SkillVersionBody> {
  const files = [];
  for (const { path, bytes, executable } of bundle.files) {
    const { key, size } = await core.blobs.put(inOne(bytes), core.limits.skillBytes);
    files.push({ path, blob: key, size, executable });
  }
  return {
    id: mint('skver', now),
    type: 'skill_version',
    skill_id: skill,
    name: bundle.name,
    description: bundle.description,
    created_at: isoTime(now),
    hidden: { files },
  };
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
