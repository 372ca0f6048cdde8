/**
 * Keeps everything moving: whatever is pending in the store is driven on, at start, when something changes, and every
 * few seconds in case something was missed. All work here may be repeated; nothing here remembers what matters.
 */
import { assertNever } from '../lib/assert-never.ts';
import { pause } from '../lib/backoff.ts';
import { act } from './act.ts';
import type { Action } from './action.ts';
import { type Announcing, announce, showCard } from './announce.ts';
import type { Approvers } from './decide.ts';
import type { ActionId, IncidentId } from './ids.ts';
import { intake } from './intake.ts';
import type { Claims } from './ports/claims.ts';
import type { Changed } from './ports/incidents.ts';
import { type Reply, sendReply } from './session/reply.ts';
import { BUSY, chatWhile, driving, forgeWhile, MAX_OPEN } from './supervising/driving.ts';
import { guarded, untilItWorks } from './supervising/guarded.ts';
import { type Keeping, keepersOf } from './supervising/keepers.ts';
import { watchesOf } from './supervising/watches.ts';
import { tell } from './tell.ts';

export interface Supervising extends Keeping, Omit<Announcing, 'link'> {
  /** What other processes drive is left to them. */
  claims: Claims;
  link: Announcing['link'];
  approvers: Approvers;
  /** For so long after an incident was opened, alerts of other groups of its service join it; 0: never. */
  joinMinutes: number;
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
/** Cards that are being edited get so long at the end. */
const CARD_GRACE_MS = 4000;

export function supervise(supervising: Supervising): Supervisor {
  const { incidents, log, client, claims, chat, sources, clock } = supervising;
  const stop = new AbortController();
  const { signal } = stop;
  const guard = { log, signal };
  const drivers = driving(claims, signal, (id) => {
    keepers.forget(id);
    watches.forget(id);
    takeUp.ask(id);
  });
  const { hold, drive, drives, giveBack } = drivers;
  // What was said before there was anybody to hear it is told as soon as there is a session.
  const keepers = keepersOf(supervising, drivers, guard, (id) => tells.ask(id));
  const watches = watchesOf(supervising, drivers, guard);

  const intakes = guarded<'all'>(guard, 'deliveries were not taken in', async () => {
    if ((await hold('intake')) === null) return;
    for (const id of await intake({ incidents, now: clock, joinMs: supervising.joinMinutes * 60_000 })) {
      tells.ask(id);
      announcements.ask(id);
    }
    keepers.admit();
  });
  const tells = guarded<IncidentId>(guard, 'the session was not told of new alerts', (id) =>
    drive(id, async ({ signal: own }) => {
      const incident = await incidents.get(id);
      if (incident === null || !(await tell({ ...supervising, signal: own }, incident))) return;
      keepers.stir(id);
    }),
  );
  const actions = guarded<ActionId>(guard, 'an action was interrupted', async (id) => {
    const incident = (await incidents.action(id))?.incident;
    if (incident === undefined) return;
    await drive(incident, async (own) => {
      const forge = forgeWhile(own.holds, sources.forge);
      await act({ ...supervising, signal: own.signal, forge, reply }, id);
      const action = await incidents.action(id);
      if (action?.state.is === 'done') watches.begin(incident);
    });
  });
  const announcements = guarded<IncidentId>(guard, 'the room was not told', (id) =>
    drive(id, async ({ holds }) => {
      if (signal.aborted) return;
      await announce({ ...supervising, chat: chatWhile(holds, chat) }, id);
      cards.ask(id);
    }),
  );
  const cards = guarded<IncidentId>(guard, 'a card is not up to date', (id) =>
    drive(id, async ({ holds }) => {
      if (!signal.aborted) await showCard({ ...supervising, chat: chatWhile(holds, chat) }, id);
    }),
  );

  async function reply(action: Action, result: Reply): Promise<void> {
    const session = (await incidents.get(action.incident))?.sessionId ?? null;
    if (session === null) return;
    keepers.stir(action.incident);
    await sendReply({ client, signal }, session, action.toolUseId, result, { mayHaveBeenSent: true });
    signal.throwIfAborted();
  }

  /** Everything that could be pending, from the store alone. */
  async function sweep(): Promise<void> {
    intakes.ask('all');
    keepers.admit();
    await watches.look();
    await giveBack(new Set((await incidents.list({ limit: MAX_OPEN, states: BUSY })).map(({ id }) => id)));
    for (const { id, state, expiresAt } of await incidents.actionsIn(['proposed', 'approved', 'executing'])) {
      if (state.is !== 'proposed' || clock() >= Date.parse(expiresAt)) actions.ask(id);
    }
  }

  /** What the process that drove this before may have left between a state and its telling. */
  const takeUp = guarded<IncidentId>(guard, 'what was left over was not picked up', async (id) => {
    announcements.ask(id);
    tells.ask(id);
    for (const action of await incidents.actions(id)) actions.ask(action.id);
    keepers.admit();
  });
  const pickUps = guarded<'all'>(guard, 'what was left over was not picked up', async () => {
    intakes.ask('all');
    for (const { id } of await incidents.list({ limit: MAX_OPEN, open: true })) takeUp.ask(id);
  });

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
      await untilItWorks(guard, 'the sweep failed', sweep, 'all');
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
      const works = [intakes, pickUps, takeUp, tells, keepers, actions, watches, announcements];
      for (const work of works) await work.idle();
      // Whoever closes the room sends the edits that still wait for their turn.
      await Promise.race([cards.idle(), pause(CARD_GRACE_MS, new AbortController().signal)]);
    },
  };
}
