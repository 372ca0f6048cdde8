/** One turn of one session: claim in hand, decide, do, write, until there is nothing to do. All state is in the log. */
import type { SessionBody } from '../documents.ts';
import { type LogId, type ThreadId, threadOf } from '../ids.ts';
import type { Claim, Lease } from '../ports/engine.ts';
import type { InboxRow, Store } from '../ports/store.ts';
import type { SessionResourceBody } from '../resources.ts';
import type { ThreadBody } from '../threads.ts';
import type { StateCache } from './cache.ts';
import { windowOf } from './context/window.ts';
import { stamp } from './draft.ts';
import { createHalt, type Halt } from './halt.ts';
import { keepLease } from './keep-lease.ts';
import { createLedger, LeaseLost, ThreadGone } from './ledger.ts';
import { next } from './next.ts';
import { overBudget } from './project.ts';
import { fold, type State } from './state.ts';
import type { Step } from './step.ts';
import { advisorOfTurn } from './steps/consult.ts';
import { perform } from './steps/perform.ts';
import { takeInput } from './take-input.ts';
import { createChild } from './threads/child.ts';
import { createCrew } from './threads/crew.ts';
import { mayWork } from './threads/others.ts';
import { createTurn, type Turn, type Workshop } from './turn.ts';

type SessionClaim = Claim<SessionBody, SessionResourceBody>;

export interface Drive {
  halt: Halt;
  /** Resolves when the session was given back, with the time of its next turn if it has one. Never rejects. */
  done: Promise<number | null>;
}

const pageSize = 1_000;
/** How long a session rests when the store failed under it. */
const setbackMs = 1_000;

export function drive(workshop: Workshop, cache: StateCache, claimed: SessionClaim): Drive {
  const halt = createHalt();
  const { engine } = workshop.ports;
  const { session, epoch, until } = claimed;
  let lease: Lease = { session, epoch, until };
  const stopRenewing = keepLease(workshop, lease, (renewed) => {
    if (renewed === null) halt.stop('lost');
    else lease = renewed;
  });

  async function whole(): Promise<number | null> {
    const wakeAt = await run(workshop, cache, claimed, () => lease, halt);
    await engine.release(lease, wakeAt);
    return wakeAt;
  }
  async function afterSetback(error: unknown): Promise<number | null> {
    cache.forget(session);
    if (error instanceof LeaseLost) return null;
    const wakeAt = workshop.ports.clock.now() + setbackMs;
    // A store that does not even take this keeps the lease until it runs out, and then someone claims the session.
    await engine.release(lease, wakeAt).catch(() => undefined);
    return wakeAt;
  }
  return { halt, done: whole().catch(afterSetback).finally(stopRenewing) };
}

async function run(
  workshop: Workshop,
  cache: StateCache,
  { session, doc, resources, inbox, seq }: SessionClaim,
  lease: () => Lease,
  halt: Halt,
): Promise<number | null> {
  const { store } = workshop.ports;
  const crew = createCrew<LogId>(work, () => halt.stop('lost'), workshop.ports.clock.now);
  const turns = new Map<LogId, Turn>();
  let brought = inbox;
  const hear = (log: LogId) => {
    brought = null;
    // Before there is a turn nobody could take it up; the first one reads what came until then.
    if (turns.has(session)) crew.kick(log);
  };
  const stops = [listen(store, session, halt, hear)];
  async function work(log: LogId): Promise<number | null> {
    const turn = turns.get(log) ?? (await hire(log));
    if (turn === null) return null;
    const first = log === session ? brought : null;
    if (log === session) brought = null;
    const wakeAt = await loop(turn, first).catch(unlessGone);
    cache.keep(log, turn.state());
    return wakeAt;
  }
  /** Null for a thread that is archived, and for an advisor's, which the primary writes. */
  async function hire(log: LogId): Promise<Turn | null> {
    const [doc, state] = await Promise.all([
      store.get<ThreadBody>('session_thread', log),
      readLog(store, log, cache.get(log)),
    ]);
    const primary = turns.get(session);
    if (doc === null || doc.archived || primary === undefined) return null;
    const { agent } = doc.body;
    if (agent.type === 'advisor') return null;
    const own = halt.fork();
    stops.push(listen(store, log, own, crew.kick));
    const turn = createChild(workshop, primary.ledger, own, crew.kick, { doc, agent, state });
    turns.set(log, turn);
    return turn;
  }
  try {
    if (doc === null || doc.archived) return null;
    const known = cache.get(session);
    const state = known.seq === seq ? known : await readLog(store, session, known);
    const ledger = createLedger(workshop.ports, { lease, doc, state });
    const mounted = resources.map(({ body }) => body);
    const turn = createTurn(workshop, ledger, halt, crew.kick, mounted);
    turns.set(session, turn);
    // Needed for the first model request; skills are looked up beside the inbox instead of after it.
    turn.mounts().catch(() => undefined);
    if (state.others.length > 0) await countOthers(turn);
    crew.kick(session);
    for (const other of state.others) if (mayWork(other)) crew.kick(other.id);
    return await crew.rest();
  } finally {
    for (const stop of stops) stop();
    await Promise.all([...turns.values()].map((turn) => turn.close()));
  }
}

/** Interrupts cut off the step in hand; whatever comes in is looked at, also when the thread rests while others work. */
function listen(store: Store, log: LogId, halt: Halt, kick: (log: LogId) => void): () => void {
  return store.subscribe(log, (item) => {
    if (item.kind === 'erased') halt.stop('lost');
    if (item.kind !== 'queued') return;
    if (item.event.type === 'user.interrupt' && concerns(log, item.event.session_thread_id)) halt.stop('interrupt');
    kick(log);
  });
}

/** On the session's own log an interrupt that names a thread is only the echo of one for that thread. */
function concerns(log: LogId, thread: ThreadId | undefined): boolean {
  return threadOf(log) !== null || thread === undefined;
}

/** What threads have used that are not driven now, archived ones among them. */
async function countOthers(turn: Turn): Promise<void> {
  const rows = await turn.ports.store.list<ThreadBody>({
    kind: 'session_thread',
    workspace: turn.workspace,
    parent: turn.session,
    order: 'asc',
    limit: 10_000,
    includeArchived: true,
  });
  for (const { body } of rows) turn.ledger.setSpent(body.id, body.hidden.spent);
}

function unlessGone(error: unknown): null {
  if (error instanceof ThreadGone) return null;
  throw error;
}

async function readLog(store: Store, session: LogId, known: State): Promise<State> {
  let state = known;
  for (;;) {
    const rows = await store.log({ session, order: 'asc', limit: pageSize, after: state.seq });
    state = rows.reduce(fold, state);
    if (rows.length < pageSize) return state;
  }
}

/** `brought` is what waits in its inbox, where that need not be read first. */
async function loop(turn: Turn, brought: readonly InboxRow[] | null): Promise<number | null> {
  for (let waiting = brought; ; waiting = null) {
    const { others } = turn.state();
    turn.halt.rearm();
    takeInput(turn, waiting ?? (await turn.ports.store.inbox(turn.log)));
    // A thread came to rest meanwhile: what it reported may have been missed.
    if (turn.state().others !== others) continue;
    const broke = overBudget(turn.body(), turn.ledger.spent());
    const advised = advisorOfTurn(turn) !== null;
    const moment = { now: turn.now(), limits: turn.limits, broke, advised, window: windowOf(turn) };
    const step = next(turn.state(), moment);
    const halted = turn.halt.reason();
    if (halted === 'lost') throw new LeaseLost();
    if (step.do === 'release' || halted === 'drain' || turn.halt.leaving()) {
      await turn.commit();
      return step.do === 'release' ? step.wakeAt : turn.now();
    }
    announceWork(turn, step);
    await perform(turn, step);
  }
}

/** Work starts with the thread saying that it runs, unless it said so already, and the session with it. */
function announceWork(turn: Turn, step: Step): void {
  if (!isWork(step)) return;
  const { status, working } = turn.state();
  const now = turn.now();
  const thread = { session_thread_id: turn.thread.id, agent_name: turn.thread.name };
  const session = turn.thread.primary && status !== 'running';
  turn.stage({
    rows: [
      ...(session ? [{ event: { ...stamp(now), type: 'session.status_running' as const } }] : []),
      ...(working ? [] : [{ event: { ...stamp(now), type: 'session.thread_status_running' as const, ...thread } }]),
    ],
  });
}

function isWork(step: Step): boolean {
  return ['call-model', 'use-tools', 'compact', 'consult', 'evaluate'].includes(step.do);
}
