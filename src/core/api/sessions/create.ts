import type { Core } from '../core.ts';
import { holding } from '../holds.ts';
import { draftSession } from './draft.ts';
import type { SessionCreate } from './schema.ts';
import { render } from './wire.ts';

/** Session, resources and first events are written together, or nothing is. With first events it is `running`. */
export async function createSession(core: Core, { body }: { body: SessionCreate }): Promise<object> {
  const inputs = body.initial_events ?? [];
  return await holding(core, async () => {
    const { session, resources, batch, now } = await draftSession(core, body, inputs, null);
    await core.store.commit(batch);
    return render(session, resources, now);
  });
}
