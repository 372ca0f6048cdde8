import { mint } from '../../ids.ts';
import { type Core, isoTime, newDoc } from '../core.ts';
import { invalid } from '../errors.ts';
import { allWorkspaces, MOST_WORKSPACES, type WorkspaceBody } from './all.ts';

/** It is empty, and has no key yet. */
export async function createWorkspace(core: Core, { body }: { body: { name: string } }): Promise<WorkspaceBody> {
  return await core.serial.run('workspaces', async () => {
    if ((await allWorkspaces(core)).length >= MOST_WORKSPACES) {
      throw invalid(`a server has at most ${MOST_WORKSPACES} workspaces`);
    }
    const now = core.clock.now();
    const workspace: WorkspaceBody = {
      id: mint('wrkspc', now),
      type: 'workspace',
      name: body.name,
      created_at: isoTime(now),
      archived_at: null,
    };
    const doc = newDoc(core, 'workspace', workspace.id, workspace, { createdAt: now });
    await core.store.commit({ puts: [{ doc, expect: 0 }] });
    return workspace;
  });
}
