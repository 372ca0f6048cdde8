import type { Core } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { retrieveThread } from './retrieve.ts';

/** Only threads of other agents can be archived, and there are none: the primary thread ends with its session. */
export async function archiveThread(core: Core, place: { session_id: string; thread_id: string }): Promise<object> {
  await retrieveThread(core, place);
  throw invalid(`thread ${place.thread_id} is the primary thread; archive session ${place.session_id} instead`);
}
