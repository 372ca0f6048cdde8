import type { DocRow } from '../../ports/store.ts';
import { changeDocument } from '../change-document.ts';
import { type Core, find, isoTime } from '../core.ts';
import type { WorkspaceBody } from './all.ts';

/**
 * For good: no key opens it from the next request on, and its deployments no longer fire by the clock. What it holds is
 * kept, and a turn that runs goes on to its end. A second call changes nothing.
 */
export async function archiveWorkspace(core: Core, { workspace_id }: { workspace_id: string }): Promise<WorkspaceBody> {
  const read = () => find<WorkspaceBody>(core, 'workspace', workspace_id);
  const archive = ({ archived, body }: DocRow<WorkspaceBody>) =>
    archived ? body : { ...body, archived_at: isoTime(core.clock.now()) };
  return await changeDocument(core, read, archive, true);
}
