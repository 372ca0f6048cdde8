import type { DocRow } from '../../../ports/store.ts';
import { type Core, find, shown } from '../../core.ts';
import { notFound } from '../../errors.ts';
import type { EnvironmentKeyBody } from './body.ts';

export interface KeyPlace {
  environment_id: string;
  key_id: string;
}

export async function findEnvironmentKey(
  core: Core,
  { environment_id, key_id }: KeyPlace,
): Promise<DocRow<EnvironmentKeyBody>> {
  await find(core, 'environment', environment_id);
  const row = await find<EnvironmentKeyBody>(core, 'environment_key', key_id);
  if (row.parent !== environment_id) throw notFound('environment key', key_id);
  return row;
}

/** `key` is null but in the answer that made it. */
export function keyWire(key: EnvironmentKeyBody, text: string | null = null): object {
  return { ...shown(key), key: text };
}
