import type { z } from 'zod';
import { mint } from '../../ids.ts';
import { type Core, isoTime, newDoc } from '../core.ts';
import { mintSecret } from '../keys/secret.ts';
import type { ApiKeyBody } from './body.ts';
import { apiKeyWire, findWorkspace } from './find.ts';
import type { apiKeyCreate } from './schema.ts';

/** The one answer that carries the key; afterwards only its digest is known. */
export async function createApiKey(core: Core, { body }: { body: z.output<typeof apiKeyCreate> }): Promise<object> {
  const workspace = await findWorkspace(core, body.workspace_id, 'open');
  const now = core.clock.now();
  const id = mint('apikey', now);
  const { text, digest } = mintSecret('vk', id);
  const key: ApiKeyBody = {
    id,
    type: 'api_key',
    name: body.name ?? '',
    workspace_id: workspace,
    scope: body.scope ?? 'write',
    created_at: isoTime(now),
    expires_at: body.expires_in_seconds == null ? null : isoTime(now + body.expires_in_seconds * 1000),
    rotated_at: null,
    revoked_at: null,
    hidden: { secrets: [{ digest, until: null }] },
  };
  const doc = { ...newDoc(core, 'api_key', id, key, { createdAt: now }), workspace };
  await core.store.commit({ puts: [{ doc, expect: 0 }] });
  return apiKeyWire(key, text);
}
