import type { Core } from '../../core.ts';
import { patchMetadata } from '../../metadata.ts';
import { changeWork } from './change.ts';
import { type WorkPlace, workWire } from './find.ts';

/** The caller's labels and nothing else. */
export async function updateWork(
  core: Core,
  place: WorkPlace & { body: { metadata: Record<string, string | null> } },
): Promise<object> {
  const work = await changeWork(core, place, (item) => ({
    ...item,
    metadata: patchMetadata(item.metadata, place.body.metadata),
  }));
  return workWire(core, work);
}
