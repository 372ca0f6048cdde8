import { type Core, find } from '../core.ts';
import { conflict } from '../errors.ts';
import { removeUnder } from '../remove-under.ts';

/** For good. Refused while a session that is not archived uses the environment. */
export async function deleteEnvironment(core: Core, { environment_id }: { environment_id: string }): Promise<object> {
  await find(core, 'environment', environment_id);
  const [user] = await core.store.list({
    kind: 'session',
    workspace: core.workspace,
    order: 'asc',
    limit: 1,
    includeArchived: false,
    where: { environment_id },
  });
  if (user !== undefined) {
    throw conflict(`environment ${environment_id} is used by session ${user.id}; archive or delete its sessions first`);
  }
  await core.store.commit({ removes: [{ kind: 'environment', id: environment_id }] });
  for (const kind of ['environment_key', 'polling_worker', 'open_work', 'work'] as const)
    await removeUnder(core, kind, environment_id);
  return { id: environment_id, type: 'environment_deleted' };
}
