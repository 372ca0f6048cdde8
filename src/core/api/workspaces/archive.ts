import { type Core, changedDoc, find, isoTime, untilFresh } from '../core.ts';
import type { WorkspaceBody } from './all.ts';

/**
 * For good: no key opens it from the next request on, and its deployments no longer fire by the clock. What it holds is
 * kept, and a turn that runs goes on to its end. A second call changes nothing.
 */
export async function archiveWorkspace(core: Core, { workspace_id }: { workspace_id: string }): Promise<WorkspaceBody> {
  return await untilFresh(async () => {
    const row = await find<WorkspaceBody>(core, 'workspace', workspace_id);
    if (row.archived) return { done: row.body };
    const body: WorkspaceBody = { ...row.body, archived_at: isoTime(core.clock.now()) };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, body, true), expect: row.revision }] });
    return committed.ok ? { done: body } : 'stale';
  });
}
