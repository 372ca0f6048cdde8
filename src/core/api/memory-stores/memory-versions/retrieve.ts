import type { MemoryVersionBody } from '../../../documents.ts';
import type { Core } from '../../core.ts';
import type { View } from '../memories/schema.ts';
import { findMemoryVersion, type MemoryVersionPlace, versionWire } from './find.ts';

export async function retrieveMemoryVersion(
  core: Core,
  { query, ...place }: MemoryVersionPlace & { query: { view?: View | undefined } },
): Promise<MemoryVersionBody> {
  return versionWire((await findMemoryVersion(core, place)).body, query.view ?? 'full');
}
