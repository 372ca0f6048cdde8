import type { z } from 'zod';
import type { Core } from '../../core.ts';
import { rotateKey } from '../../keys/change.ts';
import { findEnvironmentKey, type KeyPlace, keyWire } from './find.ts';
import type { keyRotate } from './schema.ts';

export async function rotateEnvironmentKey(
  core: Core,
  { body, ...place }: KeyPlace & { body: z.output<typeof keyRotate> },
): Promise<object> {
  const { key, text } = await rotateKey(core, () => findEnvironmentKey(core, place), 've', body);
  return keyWire(key, text);
}
