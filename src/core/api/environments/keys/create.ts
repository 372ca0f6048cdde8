import type { z } from 'zod';
import type { EnvironmentBody } from '../../../documents.ts';
import { mint } from '../../../ids.ts';
import { type Core, find, isoTime, newDoc } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { mintSecret } from '../../keys/secret.ts';
import type { EnvironmentKeyBody } from './body.ts';
import { keyWire } from './find.ts';
import type { environmentKeyCreate } from './schema.ts';

/** The one answer that carries the key; afterwards only its digest is known. */
export async function createEnvironmentKey(
  core: Core,
  { environment_id, body }: { environment_id: string; body: z.output<typeof environmentKeyCreate> },
): Promise<object> {
  const environment = (await find<EnvironmentBody>(core, 'environment', environment_id)).body;
  if (environment.config.type !== 'self_hosted') {
    throw invalid(`environment ${environment_id} is not self-hosted; it has no workers that would need a key`);
  }
  const now = core.clock.now();
  const id = mint('envkey', now);
  const { text, digest } = mintSecret('ve', id);
  const key: EnvironmentKeyBody = {
    id,
    type: 'environment_key',
    environment_id: environment.id,
    name: body.name ?? '',
    created_at: isoTime(now),
    rotated_at: null,
    revoked_at: null,
    hidden: { secrets: [{ digest, until: null }] },
  };
  const doc = newDoc(core, 'environment_key', id, key, { parent: environment_id, createdAt: now });
  await core.store.commit({ puts: [{ doc, expect: 0 }] });
  return keyWire(key, text);
}
