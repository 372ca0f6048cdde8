import type { EnvironmentBody } from '../../documents.ts';
import { type Core, changedDoc, find, isoTime, untilFresh } from '../core.ts';

/** New sessions are refused, running ones go on. A second call changes nothing. */
export async function archiveEnvironment(
  core: Core,
  { environment_id }: { environment_id: string },
): Promise<EnvironmentBody> {
  return await untilFresh(async () => {
    const row = await find<EnvironmentBody>(core, 'environment', environment_id);
    if (row.archived) return { done: row.body };
    const body = { ...row.body, archived_at: isoTime(core.clock.now()) };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, body, true), expect: row.revision }] });
    return committed.ok ? { done: body } : 'stale';
  });
}
