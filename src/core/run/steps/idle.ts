import type { StopDetails, StopReason } from '../../events.ts';
import { askForWorker } from '../ask-for-worker.ts';
import { stamp } from '../draft.ts';
import { keepOutputs } from '../outputs.ts';
import { usageOf } from '../project.ts';
import type { Turn } from '../turn.ts';

/**
 * Announces why the session stops: thread idle, usage, session idle, always adjacent. When only some of the awaited
 * answers came, the thread has been idle all along and usage and session idle are repeated with the rest.
 */
export async function idle(turn: Turn, why: StopReason, details: StopDetails | null): Promise<void> {
  if (why.type === 'requires_action') await askForWorker(turn);
  const now = turn.now();
  const { agent, budget, hidden } = turn.body();
  const stop = { stop_reason: why, stop_details: details };
  const thread = { session_thread_id: hidden.primary_thread, agent_name: agent.name };
  const repeated = turn.state().status === 'idle' && why.type === 'requires_action' && turn.state().rested !== null;
  turn.stage({
    rows: [
      ...(repeated
        ? []
        : [{ event: { ...stamp(now), type: 'session.thread_status_idle' as const, ...thread, ...stop } }]),
      { event: { ...stamp(now), type: 'session.usage', usage: usageOf(turn.state(), now), budget } },
      { event: { ...stamp(now), type: 'session.status_idle', ...stop } },
    ],
  });
  await turn.commit();
  if (turn.state().handsUsed) await keepOutputs(turn);
}
