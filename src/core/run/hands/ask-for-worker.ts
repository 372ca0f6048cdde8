import { newWork } from '../../work.ts';
import type { Turn } from '../turn.ts';

/**
 * Sees to it that calls of a self-hosted environment are heard: a session that had no open item gets one. The calls are
 * on record before, so that an item which ends at this very moment finds them.
 */
export async function askForWorker(turn: Turn): Promise<void> {
  const { environment_id: environment, hidden } = turn.body();
  if (hidden.environment.type !== 'self_hosted') return;
  await turn.commit();
  const { session, workspace } = turn;
  const { store } = turn.ports;
  if ((await store.get('open_work', session)) !== null) return;
  // Refused when somebody else asked for a worker meanwhile.
  await store.commit({ puts: newWork({ session, environment, workspace }, turn.now()) });
}
