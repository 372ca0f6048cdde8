import type { EnvironmentBody } from '../../documents.ts';
import { updateDocument } from '../change-document.ts';
import { type Core, find } from '../core.ts';
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
  const read = () => find<EnvironmentBody>(core, 'environment', environment_id);
  return await core.serial.run(ENVIRONMENT_NAMES, () =>
    updateDocument(core, read, async ({ body: current, archived }) => {
      if (archived) throw invalid(`environment ${environment_id} is archived`, 'environment_archived');
      const merged = mergeEnvironment(current, body);
      if (merged.name !== current.name) await refuseTakenName(core, merged.name, environment_id);
      return merged;
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
