import type { EnvironmentBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import { type Core, isoTime, newDoc } from '../core.ts';
import { checkMetadata } from '../metadata.ts';
import { newConfig } from './config.ts';
import { ENVIRONMENT_NAMES, refuseTakenName } from './name.ts';
import type { EnvironmentCreate } from './schema.ts';

export async function createEnvironment(core: Core, { body }: { body: EnvironmentCreate }): Promise<EnvironmentBody> {
  const now = core.clock.now();
  const environment: EnvironmentBody = {
    id: mint('env', now),
    type: 'environment',
    name: body.name,
    description: body.description ?? null,
    metadata: checkMetadata(body.metadata ?? {}),
    config: newConfig(body.config),
    scope: 'organization',
    created_at: isoTime(now),
    updated_at: isoTime(now),
    archived_at: null,
  };
  return await core.serial.run(ENVIRONMENT_NAMES, async () => {
    await refuseTakenName(core, environment.name, null);
    const doc = newDoc(core, 'environment', environment.id, environment, { createdAt: now });
    await core.store.commit({ puts: [{ doc, expect: 0 }] });
    return environment;
  });
}
