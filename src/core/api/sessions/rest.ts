/** Some changes need a session at rest: nothing runs and nothing waits to be worked on. */
import type { Core } from '../core.ts';
import { invalid } from '../errors.ts';
import type { SessionRow } from './find.ts';

export async function refuseRunning(core: Core, session: SessionRow, what: string): Promise<void> {
  const { status, id } = session.body;
  const working = status === 'running' || status === 'rescheduling';
  if (working || (await core.store.inbox(id)).length > 0) {
    throw invalid(`session ${id} is running; interrupt it and wait until it is idle, then ${what}`);
  }
}
