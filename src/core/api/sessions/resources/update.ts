import { z } from 'zod';
import { type Core, changedDoc, isoTime, shown, untilFresh } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { sealToken } from './repository.ts';
import { findResource } from './retrieve.ts';

export const resourceUpdate = z.object({ authorization_token: z.string().min(1).max(4096) });

/** Only repositories have a token that could be changed. The new one takes the place of the old and is not shown. */
export async function updateSessionResource(
  core: Core,
  { body: given, ...place }: { session_id: string; resource_id: string; body: z.output<typeof resourceUpdate> },
): Promise<object> {
  return await untilFresh(async () => {
    const row = await findResource(core, place);
    if (row.body.type !== 'github_repository') {
      throw invalid(`resource ${row.id} is a ${row.body.type}; only a github_repository has an authorization_token`);
    }
    const version = (row.body.hidden.token?.version ?? 0) + 1;
    const token = await sealToken(core, place.session_id, row.body.id, version, given.authorization_token);
    const body = { ...row.body, updated_at: isoTime(core.clock.now()), hidden: { ...row.body.hidden, token } };
    const committed = await core.store.commit({
      puts: [{ doc: changedDoc(row, body), expect: row.revision }],
      forgets: true,
    });
    return committed.ok ? { done: shown(body) } : 'stale';
  });
}
