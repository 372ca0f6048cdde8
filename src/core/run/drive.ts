/** One turn of one session: claim in hand, decide, do, write, until there is nothing to do. All state is in the log. */
import type { SessionBody } from '../documents.ts';
import type { Lease } from '../ports/engine.ts';
import type { Store } from '../ports/store.ts';
import { admit } from './admit.ts';
import type { StateCache } from './cache.ts';
import { stamp, taken } from './draft.ts';
import { createHalt, type Halt } from './halt.ts';
import { next } from './next.ts';
import { overBudget } from './project.ts';
import { fold, type State } from './state.ts';
import type { Step } from './step.ts';
import { callModel } from './steps/call-model.ts';
import { closeCalls } from './steps/close-calls.ts';
import { fail } from './steps/fail.ts';
import { idle } from './steps/idle.ts';
import { recover } from './steps/recover.ts';
import { useTools } from './steps/use-tools.ts';
import { beyondTurn, createTurn, LeaseLost, type Turn, type Workshop } from './turn.ts';

export interface Drive {
  halt: Halt;
  /** Resolves when the session was given back, with the time of its next turn if it has one. Never rejects. */
  done: Promise<number | null>;
}

const pageSize = 1_000;
/** How long a session rests when the store failed under it. */
const setbackMs = 1_000;

export function drive(workshop: Workshop, cache: StateCache, claimed: Lease): Drive {
  const halt = createHalt();
  const { engine } = workshop.ports;
  let lease = claimed;
  const stopRenewing = keepLease(workshop, lease, (renewed) => {
    if (renewed === null) halt.stop('lost');
    else lease = renewed;
  });

  async function whole(): Promise<number | null> {
    const wakeAt = await run(workshop, cache, () => lease, halt);
    await engine.release(lease, wakeAt);
    return wakeAt;
  }
  async function afterSetback(error: unknown): Promise<number | null> {
    cache.forget(claimed.session);
    if (error instanceof LeaseLost) return null;
    const wakeAt = workshop.ports.clock.now() + setbackMs;
    // A store that does not even take this keeps the lease until it runs out, and then someone claims the session.
    await engine.release(lease, wakeAt).catch(() => undefined);
    return wakeAt;
  }
  return { halt, done: whole().catch(afterSetback).finally(stopRenewing) };
}

async function run(workshop: Workshop, cache: StateCache, lease: () => Lease, halt: Halt): Promise<number | null> {
  const { store } = workshop.ports;
  const { session } = lease();
  const unsubscribe = store.subscribe(session, (item) => {
    if (item.kind === 'erased') halt.stop('lost');
    if (item.kind === 'queued' && item.event.type === 'user.interrupt') halt.stop('interrupt');
  });
  try {
    const [doc, state] = await Promise.all([
      store.get<SessionBody>('session', session),
      readLog(store, session, cache.get(session)),
    ]);
    if (doc === null || doc.archived) return null;
    const turn = createTurn(workshop, { lease, doc, state, halt });
    // Needed for the first model request; read beside the inbox instead of after it.
    turn.mounts().catch(() => undefined);
    const wakeAt = await loop(turn).finally(() => turn.close());
    cache.keep(session, turn.state());
    return wakeAt;
  } finally {
    unsubscribe();
  }
}

async function readLog(store: Store, session: Lease['session'], known: State): Promise<State> {
  let state = known;
  for (;;) {
    const rows = await store.log({ session, order: 'asc', limit: pageSize, after: state.seq });
    state = rows.reduce(fold, state);
    if (rows.length < pageSize) return state;
  }
}

async function loop(turn: Turn): Promise<number | null> {
  for (;;) {
    await takeInput(turn);
    const budget = overBudget(turn.body(), turn.state());
    const step = next(turn.state(), { now: turn.now(), limits: turn.limits, broke: budget });
    const halted = turn.halt.reason();
    if (halted === 'lost') throw new LeaseLost();
    if (step.do === 'release' || halted === 'drain' || turn.halt.leaving()) {
      await turn.commit();
      return step.do === 'release' ? step.wakeAt : turn.now();
    }
    announceWork(turn, step);
    await performSafely(turn, step);
  }
}

/** Takes up what may be taken up now. The lines are staged: they are written with the step that follows. */
async function takeInput(turn: Turn): Promise<void> {
  turn.halt.rearm();
  const inbox = await turn.ports.store.inbox(turn.session);
  let queue = inbox.map((row) => row.event).filter((event) => !turn.taking(event.id));
  for (let now = turn.now(); ; ) {
    const events = admit(turn.state(), queue, now);
    if (events.length === 0) return;
    turn.stage({ rows: events.map((event) => ({ event: taken(event, now) })), takes: events.map((event) => event.id) });
    queue = queue.filter((event) => !events.includes(event));
  }
}

/** Work starts with the session saying that it runs, unless it said so already. */
function announceWork(turn: Turn, step: Step): void {
  if (step.do !== 'call-model' && step.do !== 'use-tools') return;
  if (turn.state().status === 'running') return;
  const now = turn.now();
  const thread = { session_thread_id: turn.body().hidden.primary_thread, agent_name: turn.body().agent.name };
  turn.stage({
    rows: [
      { event: { ...stamp(now), type: 'session.status_running' } },
      { event: { ...stamp(now), type: 'session.thread_status_running', ...thread } },
    ],
  });
}

/** What goes wrong inside a step ends the turn on record. Only the store's own failures go further. */
async function performSafely(turn: Turn, step: Exclude<Step, { do: 'release' }>): Promise<void> {
  try {
    await perform(turn, step);
  } catch (error) {
    if (beyondTurn(error) || turn.state().failed) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    fail(turn, 'unknown_error', `The turn failed inside the server: ${reason}`);
  }
}

async function perform(turn: Turn, step: Exclude<Step, { do: 'release' }>): Promise<void> {
  switch (step.do) {
    case 'recover':
      return recover(turn, step.request);
    case 'close-calls':
      return closeCalls(turn, step.calls);
    case 'use-tools':
      return useTools(turn, step.calls);
    case 'call-model':
      return callModel(turn);
    case 'fail':
      return fail(turn, step.error, step.message);
    case 'idle':
      return idle(turn, step.why, step.details);
  }
}

/** Moves the lease's end every third of its length until stopped. */
function keepLease(workshop: Workshop, claimed: Lease, changed: (lease: Lease | null) => void): () => void {
  const { clock, engine } = workshop.ports;
  let lease = claimed;
  const period = Math.max(100, (claimed.until - clock.now()) / 3);
  const timer = setInterval(() => {
    // A renewal that fails is tried again at the next tick; the lease outlives two of them.
    engine.renew(lease).then(
      (renewed) => {
        if (renewed !== null) lease = renewed;
        changed(renewed);
      },
      () => undefined,
    );
  }, period);
  timer.unref();
  return () => clearInterval(timer);
}
