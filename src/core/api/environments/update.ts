import { isDeepStrictEqual } from 'node:util';
import type { EnvironmentBody } from '../../documents.ts';
import { type Core, changedDoc, find, isoTime, untilFresh } from '../core.ts';
import { invalid } from '../errors.ts';
import { patchMetadata } from '../metadata.ts';
import { mergeConfig } from './config.ts';
import { ENVIRONMENT_NAMES, refuseTakenName } from './name.ts';
import type { EnvironmentUpdate } from './schema.ts';

/** Touches sandboxes made later; sessions that run keep what they were made with. */
export async function updateEnvironment(
  core: Core,
  { environment_id, body }: { environment_id: string; body: EnvironmentUpdate },
): Promise<EnvironmentBody> {
  return await core.serial.run(ENVIRONMENT_NAMES, () =>
    untilFresh(async () => {
      const row = await find<EnvironmentBody>(core, 'environment', environment_id);
      if (row.archived) throw invalid(`environment ${environment_id} is archived`, 'environment_archived');
      const merged = mergeEnvironment(row.body, body);
      if (isDeepStrictEqual(merged, row.body)) return { done: row.body };
      if (merged.name !== row.body.name) await refuseTakenName(core, merged.name, environment_id);
      const next = { ...merged, updated_at: isoTime(core.clock.now()) };
      const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, next), expect: row.revision }] });
      return committed.ok ? { done: next } : 'stale';
    }),
  );
}

function mergeEnvironment(current: EnvironmentBody, change: EnvironmentUpdate): EnvironmentBody {
  return {
    ...current,
    name: change.name ?? current.name,
    description: change.description === undefined ? current.description : change.description,
    metadata: patchMetadata(current.metadata, change.metadata, true),
    config: mergeConfig(current.config, change.config),
  };
}
