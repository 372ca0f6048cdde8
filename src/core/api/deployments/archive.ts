import type { Doc, DocRow } from '../../ports/store.ts';
import { type Core, changedDoc, isoTime, untilFresh } from '../core.ts';
import type { DeploymentBody } from './body.ts';
import { findDeployment } from './find.ts';
import { deploymentWire } from './wire.ts';

/** For good: it never runs again, and the tokens of its repositories are gone. A second call changes nothing. */
export async function archiveDeployment(core: Core, { deployment_id }: { deployment_id: string }): Promise<object> {
  return await untilFresh(async () => {
    const row = await findDeployment(core, deployment_id);
    if (row.archived) return { done: deploymentWire(core, row.body) };
    const now = isoTime(core.clock.now());
    const committed = await core.store.commit({ puts: [archivedPut(row, now)], forgets: true });
    return committed.ok ? { done: deploymentWire(core, archived(row.body, now)) } : 'stale';
  });
}

export function archivedPut(row: DocRow<DeploymentBody>, now: string): { doc: Omit<Doc, 'revision'>; expect: number } {
  return { doc: changedDoc(row, archived(row.body, now), true), expect: row.revision };
}

function archived(body: DeploymentBody, now: string): DeploymentBody {
  return {
    ...body,
    status: 'active',
    paused_reason: null,
    archived_at: now,
    updated_at: now,
    hidden: { next: null },
  };
}

/** Those that run an agent, and go when it goes. */
export async function deploymentsOf(core: Core, agent: string): Promise<DocRow<DeploymentBody>[]> {
  return await core.store.list<DeploymentBody>({
    kind: 'deployment',
    workspace: core.workspace,
    order: 'asc',
    limit: 10_000,
    includeArchived: false,
    where: { 'agent.id': agent },
  });
}
