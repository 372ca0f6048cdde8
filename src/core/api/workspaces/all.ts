/** The workspaces of a server. */
import type { WorkspaceId } from '../../ids.ts';
import type { Core } from '../core.ts';

/** Where the server's own key is at home, and where the list of the other workspaces is kept. */
export const HOME: WorkspaceId = 'wrkspc_01default';

/** More than this would make the server's regular rounds slow. */
export const MOST_WORKSPACES = 1000;

export interface WorkspaceBody {
  id: WorkspaceId;
  type: 'workspace';
  name: string;
  created_at: string;
  archived_at: string | null;
}

/** Home first. What belongs to archived ones is kept, so they are among them. */
export async function allWorkspaces(core: Core): Promise<{ id: WorkspaceId; archived: boolean }[]> {
  const rows = await core.store.list<WorkspaceBody>({
    kind: 'workspace',
    workspace: HOME,
    order: 'asc',
    limit: MOST_WORKSPACES,
    includeArchived: true,
  });
  return [{ id: HOME, archived: false }, ...rows.map(({ body, archived }) => ({ id: body.id, archived }))];
}

/** Nobody gets into one that is archived. */
export async function isOpen(core: Core, workspace: WorkspaceId): Promise<boolean> {
  if (workspace === HOME) return true;
  const row = await core.everywhere.get<WorkspaceBody>('workspace', workspace);
  return row !== null && !row.archived;
}
