import type { StopDetails, StopReason } from '../../events.ts';
import type { NewLogRow } from '../../ports/store.ts';
import { stamp } from '../draft.ts';
import { askForWorker } from '../hands/ask-for-worker.ts';
import { keepOutputs } from '../hands/outputs.ts';
import { usageOf } from '../project.ts';
import { noUsage } from '../state/spent.ts';
import { isBusy, together } from '../threads/others.ts';
import type { Turn } from '../turn.ts';
import { endsAtLimit, report } from './report.ts';

/**
 * Announces why a thread stops. When it was the last one that worked: thread idle, usage, session idle, always adjacent.
 * When only some of the awaited answers came, the thread has been idle all along and usage and session idle are repeated
 * with the rest.
 */
export async function idle(turn: Turn, why: StopReason, details: StopDetails | null): Promise<void> {
  const { others } = turn.state();
  if (why.type === 'requires_action') await askForWorker(turn);
  const areKept = turn.thread.primary ? await keptFirst(turn) : true;
  // A thread came to rest meanwhile: what it reported comes first.
  if (turn.state().others !== others) return;
  if (turn.thread.primary) await idlePrimary(turn, why, details);
  else await idleOther(turn, why, details);
  if (!areKept) await keepOutputs(turn);
}

async function idlePrimary(turn: Turn, why: StopReason, details: StopDetails | null): Promise<void> {
  const now = turn.now();
  const state = turn.state();
  const thread = { session_thread_id: turn.thread.id, agent_name: turn.thread.name };
  const own = { stop_reason: why, stop_details: details };
  const whole = together(why, state.others);
  const stop = { stop_reason: whole, stop_details: whole === why ? details : null };
  // An interrupt is over when the thread has said that it rests.
  const same = !state.working && !state.interrupted && state.paused?.type === why.type;
  const announced = same && (why.type === 'requires_action' || state.others.length > 0);
  const usage = usageOf(state, turn.ledger.spent(), now);
  turn.stage({
    rows: [
      ...cutOff(turn),
      ...(announced
        ? []
        : [{ event: { ...stamp(now), type: 'session.thread_status_idle' as const, ...thread, ...own } }]),
      ...(state.others.some(isBusy)
        ? []
        : [
            { event: { ...stamp(now), type: 'session.usage' as const, usage, budget: turn.body().budget } },
            { event: { ...stamp(now), type: 'session.status_idle' as const, ...stop } },
          ]),
    ],
  });
  await turn.commit();
}

/** Who hears that the session rests finds its outputs at once. Whatever is wrong with them, it is told that it rests. */
async function keptFirst(turn: Turn): Promise<boolean> {
  const { handsUsed, others } = turn.state();
  if (!handsUsed && others.length === 0) return true;
  return await keepOutputs(turn).then(
    () => true,
    () => false,
  );
}

/** An interrupt ends the outcome that was worked towards, also before any evaluation. */
function cutOff(turn: Turn): NewLogRow[] {
  const { interrupted, outcome } = turn.state();
  if (!interrupted || outcome === null) return [];
  const { id: outcome_id, iteration, evaluating } = outcome;
  const end = { outcome_evaluation_start_id: evaluating ?? ('' as const), explanation: '', usage: noUsage };
  const result = 'interrupted' as const;
  const event = { ...stamp(turn.now()), type: 'span.outcome_evaluation_end' as const, outcome_id, iteration, result };
  return [{ event: { ...event, ...end } }];
}

/** The session hears that it rests, and the primary what came of its work. At a limit it ends for good, and its place is free. */
async function idleOther(turn: Turn, why: StopReason, details: StopDetails | null): Promise<void> {
  const thread = { session_thread_id: turn.thread.id, agent_name: turn.thread.name };
  const stop = { stop_reason: why, stop_details: details };
  const told = report(turn, why);
  const now = turn.now();
  const ended = { event: { ...stamp(now), type: 'session.thread_status_terminated' as const, ...thread } };
  turn.stage({
    inbox: told.inbox,
    rows: [
      ...told.rows,
      { event: { ...stamp(now), type: 'session.thread_status_idle' as const, ...thread, ...stop } },
      ...(endsAtLimit(turn, why) ? [ended] : []),
    ],
  });
  await turn.commit();
}
