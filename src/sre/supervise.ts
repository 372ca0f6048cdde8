/**
 * Keeps everything moving: whatever is pending in the store is driven on, at start, when something changes, and every
 * few seconds in case something was missed. All work here may be repeated; nothing here remembers what matters.
 */

import { assertNever } from '../lib/assert-never.ts';
import { oneAtATime } from '../lib/one-at-a-time.ts';
import { act } from './act.ts';
import type { Action } from './action.ts';
import { type Announcing, announce, showCard } from './announce.ts';
import { backoff, pause } from './backoff.ts';
import type { Approvers } from './decide.ts';
import { chatWhile, driving, forgeWhile } from './driving.ts';
import { type Following, follow } from './follow.ts';
import type { ActionId, IncidentId } from './ids.ts';
import type { Incident } from './incident.ts';
import { intake } from './intake.ts';
import { type Investigating, investigate } from './investigate.ts';
import { byUrgency } from './place.ts';
import type { Claims } from './ports/claims.ts';
import type { Changed } from './ports/incidents.ts';
import { type Reply, sendReply } from './reply.ts';
import { tell } from './tell.ts';
import { verify } from './verify.ts';

export interface Supervising
  extends Omit<Following, 'signal'>,
    Omit<Investigating, 'signal' | 'holds'>,
    Omit<Announcing, 'link'> {
  /** What other processes drive is left to them. */
  claims: Claims;
  link: Announcing['link'];
  approvers: Approvers;
  /** For so long after an incident was opened, alerts of other groups of its service join it; 0: never. */
  joinMinutes: number;
  /** This process investigates so many incidents at the same time; the others wait, the most severe first. */
  maxInvestigations: number;
}
export interface Supervisor {
  start(): void;
  /** A delivery was stored. */
  received(): void;
  /** Somebody said something about an incident. */
  said(incident: IncidentId): void;
  /** An action was decided. */
  decided(action: ActionId): void;
  /** Lets running steps finish; what is cut short is taken up at the next start. */
  close(): Promise<void>;
}

const SWEEP_MS = 5000;
/** A signal that should come back to its baseline is looked at this often. */
const WATCH_EVERY_MS = 60_000;
/** Cards that are being edited get so long at the end. */
const CARD_GRACE_MS = 4000;
/** Of more incidents than this, the newest are looked after first. */
const MAX_OPEN = 200;
/** In these states a session may be at work, or has yet to be made. */
const BUSY = ['open', 'investigating', 'needs_approval', 'acting', 'monitoring'] as const;

export function supervise(supervising: Supervising): Supervisor {
  const { incidents, log, client, claims, chat, sources } = supervising;
  const stop = new AbortController();
  const { signal } = stop;
  const rested = new Set<IncidentId>();
  /** Something was sent to their sessions while they were followed: an end that was seen meanwhile is none. */
  const stirred = new Set<IncidentId>();
  const { hold, drive, drives, giveBack } = driving(claims, signal, (id) => {
    rested.delete(id);
    nextLook.delete(id);
    takeUp.ask(id);
  });

  const intakes = oneAtATime<'all'>(
    guarded('deliveries were not taken in', async () => {
      if ((await hold('intake')) === null) return;
      for (const id of await intake({ incidents, now: supervising.clock, joinMs: supervising.joinMinutes * 60_000 })) {
        tells.ask(id);
        announcements.ask(id);
      }
      admit();
    }),
  );
  const tells = oneAtATime<IncidentId>(
    guarded('the session was not told of new alerts', (id) =>
      drive(id, async ({ signal: own }) => {
        const incident = await incidents.get(id);
        if (incident === null || !(await tell({ ...supervising, signal: own }, incident))) return;
        stir(id);
      }),
    ),
  );
  const keepers = oneAtATime<IncidentId>(
    guarded('an investigation was interrupted', (id) =>
      drive(id, async (own) => {
        const found = await incidents.get(id);
        if (found === null || found.state.is === 'resolved' || rested.has(id)) return;
        const all = { ...supervising, ...own };
        const incident = found.sessionId === null ? await investigate(all, found) : found;
        if (incident.sessionId === null) return;
        // What was said before there was anybody to hear it.
        tells.ask(id);
        stirred.delete(id);
        await follow(all, id, incident.sessionId, incident.cursor);
        if (!own.signal.aborted && !stirred.has(id)) rested.add(id);
        admit();
      }),
    ),
  );
  const actions = oneAtATime<ActionId>(
    guarded('an action was interrupted', async (id) => {
      const incident = (await incidents.action(id))?.incident;
      if (incident === undefined) return;
      await drive(incident, async (own) => {
        const forge = forgeWhile(own.holds, sources.forge);
        await act({ ...supervising, signal: own.signal, forge, reply }, id);
        const action = await incidents.action(id);
        if (action?.state.is === 'done' && !nextLook.has(incident)) watches.ask(incident);
      });
    }),
  );
  const announcements = oneAtATime<IncidentId>(
    guarded('the room was not told', (id) =>
      drive(id, async ({ holds }) => {
        if (signal.aborted) return;
        await announce({ ...supervising, chat: chatWhile(holds, chat) }, id);
        cards.ask(id);
      }),
    ),
  );
  const cards = oneAtATime<IncidentId>(
    guarded('a card is not up to date', (id) =>
      drive(id, async ({ holds }) => {
        if (!signal.aborted) await showCard({ ...supervising, chat: chatWhile(holds, chat) }, id);
      }),
    ),
  );

  /** When to look next at the signal of an incident that is watched since then. */
  const nextLook = new Map<IncidentId, { since: string; at: number }>();
  const watches = oneAtATime<IncidentId>(
    guarded('the signal was not watched', (id) =>
      drive(id, async ({ signal: own }) => {
        const state = (await incidents.get(id))?.state;
        if (own.aborted || state?.is !== 'monitoring') return;
        const more = await verify({ ...supervising, signal: own }, id);
        const at = more ? supervising.clock() + WATCH_EVERY_MS : Number.POSITIVE_INFINITY;
        nextLook.set(id, { since: state.since, at });
      }),
    ),
  );

  /** Reports what went wrong and tries again, ever later, until it works or the process is stopped. */
  function guarded<Key>(message: string, work: (key: Key) => Promise<void>): (key: Key) => Promise<void> {
    return async (key) => {
      for await (const attempt of backoff(signal, { first: 500, longest: 30_000 })) {
        try {
          return await work(key);
        } catch (error) {
          if (!signal.aborted) log.error({ key: String(key), attempt, error: String(error) }, message);
        }
      }
    };
  }

  function stir(id: IncidentId): void {
    stirred.add(id);
    rested.delete(id);
    keepers.ask(id);
  }

  async function reply(action: Action, result: Reply): Promise<void> {
    const session = (await incidents.get(action.incident))?.sessionId ?? null;
    if (session === null) return;
    stir(action.incident);
    await sendReply({ client, signal }, session, action.toolUseId, result, { mayHaveBeenSent: true });
    signal.throwIfAborted();
  }

  /** Gives every open incident its keeper, new ones only as long as there is room. */
  function admit(): void {
    admissions.ask('all');
  }
  const admissions = oneAtATime<'all'>(
    guarded('open incidents were not looked after', async () => {
      const found = await incidents.list({ limit: MAX_OPEN, states: BUSY });
      // Together, because each may have to wait until another process has gone first.
      await Promise.all(found.map(({ id }) => hold(id)));
      const open = found.filter(({ id }) => drives(id));
      const [started, waiting] = [open.filter(hasSession), open.filter((incident) => !hasSession(incident))];
      for (const { id } of started) if (!rested.has(id)) keepers.ask(id);
      const busy = started.filter(({ state }) => state.is === 'investigating').length;
      const starting = waiting.filter(({ id }) => keepers.isRunning(id)).length;
      const room = Math.max(0, supervising.maxInvestigations - busy - starting);
      const next = waiting.filter(({ id }) => !keepers.isRunning(id)).sort(byUrgency);
      for (const { id } of next.slice(0, room)) keepers.ask(id);
    }),
  );

  async function watch(): Promise<void> {
    const monitored = await incidents.list({ limit: MAX_OPEN, states: ['monitoring'] });
    const watched = monitored.filter(({ id }) => drives(id));
    const ids = new Set(watched.map(({ id }) => id));
    for (const id of nextLook.keys()) if (!ids.has(id)) nextLook.delete(id);
    for (const { id, state } of watched) {
      const planned = nextLook.get(id);
      const known = state.is === 'monitoring' && planned?.since === state.since;
      if (!known || supervising.clock() >= planned.at) watches.ask(id);
    }
  }

  /** Everything that could be pending, from the store alone. */
  async function sweep(): Promise<void> {
    intakes.ask('all');
    admit();
    await watch();
    await giveBack(new Set((await incidents.list({ limit: MAX_OPEN, states: BUSY })).map(({ id }) => id)));
    for (const { id, state, expiresAt } of await incidents.actionsIn(['proposed', 'approved', 'executing'])) {
      if (state.is !== 'proposed' || supervising.clock() >= Date.parse(expiresAt)) actions.ask(id);
    }
  }

  /** What the process that drove this before may have left between a state and its telling. */
  const takeUp = oneAtATime<IncidentId>(
    guarded('what was left over was not picked up', async (id) => {
      announcements.ask(id);
      tells.ask(id);
      for (const action of await incidents.actions(id)) actions.ask(action.id);
      admit();
    }),
  );
  const pickUps = oneAtATime<'all'>(
    guarded('what was left over was not picked up', async () => {
      intakes.ask('all');
      for (const { id } of await incidents.list({ limit: MAX_OPEN, open: true })) takeUp.ask(id);
    }),
  );

  function heard(changed: Changed, from: 'here' | 'elsewhere'): void {
    switch (changed.of) {
      case 'incident':
        // A click, an alert: whoever took it in is not who drives the incident.
        if (from === 'elsewhere' && drives(changed.id)) takeUp.ask(changed.id);
        else announcements.ask(changed.id);
        break;
      case 'deliveries':
        intakes.ask('all');
        break;
      case 'anything':
        pickUps.ask('all');
        break;
      default:
        assertNever(changed);
    }
  }

  async function sweeping(): Promise<void> {
    pickUps.ask('all');
    while (!signal.aborted) {
      await guarded('the sweep failed', sweep)('all');
      await pause(SWEEP_MS, signal);
    }
  }

  let unwatch = () => {};
  let loop: Promise<void> = Promise.resolve();
  return {
    start() {
      unwatch = incidents.watch(heard);
      loop = sweeping();
    },
    received: () => intakes.ask('all'),
    said: (incident) => tells.ask(incident),
    decided: (action) => actions.ask(action),
    async close() {
      unwatch();
      stop.abort();
      await loop;
      const works = [intakes, pickUps, takeUp, tells, keepers, actions, watches, announcements, admissions];
      for (const work of works) await work.idle();
      // Whoever closes the room sends the edits that still wait for their turn.
      await Promise.race([cards.idle(), pause(CARD_GRACE_MS, new AbortController().signal)]);
    },
  };
}

function hasSession({ sessionId }: Incident): boolean {
  return sessionId !== null;
}
