import type { EnvironmentBody } from '../../documents.ts';
import { type Core, find } from '../core.ts';

export async function retrieveEnvironment(
  core: Core,
  { environment_id }: { environment_id: string },
): Promise<EnvironmentBody> {
  return (await find<EnvironmentBody>(core, 'environment', environment_id)).body;
}
