import type { z } from 'zod';
import type { Core } from '../core.ts';
import type { keyRotate } from '../environments/keys/schema.ts';
import { rotateKey } from '../keys/change.ts';
import { apiKeyWire, findApiKey } from './find.ts';

export async function rotateApiKey(
  core: Core,
  { key_id, body }: { key_id: string; body: z.output<typeof keyRotate> },
): Promise<object> {
  const { key, text } = await rotateKey(core, () => findApiKey(core, key_id), 'vk', body);
  return apiKeyWire(key, text);
}
