import type { Core } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { removal } from '../../holds.ts';
import { findResource } from './retrieve.ts';

/**
 * Unmounts: the session's copy of the file goes with the resource, the uploaded file stays. What is no file stays
 * attached for the life of the session.
 */
export async function deleteSessionResource(
  core: Core,
  path: { session_id: string; resource_id: string },
): Promise<object> {
  const { id, body } = await findResource(core, path);
  if (body.type !== 'file') throw invalid(`resource ${id} is a ${body.type}, which stays attached to its session`);
  const bytes = removal(core, [body.hidden.blob]);
  await core.store.commit({
    puts: bytes.puts,
    removes: [
      { kind: 'session_resource', id },
      { kind: 'file', id: body.file_id },
    ],
    forgets: true,
  });
  await bytes.drop();
  return { id, type: 'session_resource_deleted' };
}
