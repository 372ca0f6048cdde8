/** Everything a new session brings along, each at a place of its own. */
import { assertNever } from '../../../../lib/assert-never.ts';
import type { SessionId } from '../../../ids.ts';
import type { Core } from '../../core.ts';
import { invalid } from '../../errors.ts';
import type { ResourceInput } from '../schema.ts';
import { type Mounted, mountFile } from './copy.ts';
import { mountMemory } from './memory.ts';
import { refuseOverlap } from './mount.ts';
import { mountRepository } from './repository.ts';

/** In the order given. Call while holding, and commit the `docs` of all. */
export async function attachAll(core: Core, session: SessionId, inputs: readonly ResourceInput[]): Promise<Mounted[]> {
  const most = core.limits.memoryStoresPerSession;
  const stores = inputs.filter((input) => input.type === 'memory_store').map((input) => input.memory_store_id);
  if (stores.length > most) throw invalid(`resources: ${stores.length} memory stores; a session may have ${most}`);
  const twice = stores.find((id, index) => stores.indexOf(id) !== index);
  if (twice !== undefined) throw invalid(`resources: memory store ${twice} is attached twice`);
  const mounted: Mounted[] = [];
  for (const input of inputs) {
    const taken = mounted.map((one) => one.resource.mount_path);
    const one = await attach(core, session, input, taken);
    refuseOverlap(taken, one.resource.mount_path);
    mounted.push(one);
  }
  return mounted;
}

async function attach(
  core: Core,
  session: SessionId,
  input: ResourceInput,
  taken: readonly string[],
): Promise<Mounted> {
  switch (input.type) {
    case 'file':
      return await mountFile(core, session, input);
    case 'memory_store':
      return await mountMemory(core, session, input, taken);
    case 'github_repository':
      return await mountRepository(core, session, input);
    default:
      return assertNever(input);
  }
}
