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
}

/** Home first. */
export async function allWorkspaces(core: Core): Promise<WorkspaceId[]> {
  const rows = await core.store.list<WorkspaceBody>({
    kind: 'workspace',
    workspace: HOME,
    order: 'asc',
    limit: MOST_WORKSPACES,
    includeArchived: true,
  });
  return [HOME, ...rows.map((row) => row.body.id)];
}
