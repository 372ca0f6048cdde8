import { z } from 'zod';
import type { Core } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { findResource } from './retrieve.ts';

export const resourceUpdate = z.object({ authorization_token: z.string().min(1).max(4096) });

/** Only repositories have a token that could be changed, and this server mounts files. */
export async function updateSessionResource(
  core: Core,
  place: { session_id: string; resource_id: string },
): Promise<object> {
  const { body } = await findResource(core, place);
  throw invalid(`resource ${body.id} is a ${body.type}; only a github_repository has an authorization_token`);
}
