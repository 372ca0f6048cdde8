import type { Core } from '../../core.ts';
import { dropBlobs } from '../../holds.ts';
import { findResource } from './retrieve.ts';

/** Unmounts: the session's copy of the file goes with the resource, the uploaded file stays. */
export async function deleteSessionResource(
  core: Core,
  path: { session_id: string; resource_id: string },
): Promise<object> {
  const { id, body } = await findResource(core, path);
  await core.store.commit({
    removes: [
      { kind: 'session_resource', id },
      { kind: 'file', id: body.file_id },
    ],
  });
  await dropBlobs(core, [body.hidden.blob]);
  return { id, type: 'session_resource_deleted' };
}
