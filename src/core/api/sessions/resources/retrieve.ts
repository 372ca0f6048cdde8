import type { DocRow } from '../../../ports/store.ts';
import type { SessionResourceBody } from '../../../resources.ts';
import { type Core, shown } from '../../core.ts';
import { notFound } from '../../errors.ts';
import { findSession } from '../find.ts';

export async function retrieveSessionResource(
  core: Core,
  path: { session_id: string; resource_id: string },
): Promise<object> {
  return shown((await findResource(core, path)).body);
}

export async function findResource(
  core: Core,
  { session_id, resource_id }: { session_id: string; resource_id: string },
): Promise<DocRow<SessionResourceBody>> {
  await findSession(core, session_id);
  const row = await core.store.get<SessionResourceBody>('session_resource', resource_id);
  if (row === null || row.parent !== session_id) throw notFound('session resource', resource_id);
  return row;
}
