/** Signals that should come back to their baseline: each is looked at again and again while its incident is watched. */
import type { IncidentId } from '../ids.ts';
import { type Verifying, verify } from '../verify.ts';
import { type Driving, MAX_OPEN } from './driving.ts';
import { type Guard, guarded } from './guarded.ts';

const WATCH_EVERY_MS = 60_000;

export interface Watches {
  /** Looks at once, unless it is planned when to look. */
  begin(id: IncidentId): void;
  /** Looks where it is time to. */
  look(): Promise<void>;
  /** What was planned is of the time before this process drove it. */
  forget(id: IncidentId): void;
  idle(): Promise<void>;
}

export function watchesOf(watching: Omit<Verifying, 'signal'>, { drive, drives }: Driving, guard: Guard): Watches {
  const { incidents, clock } = watching;
  /** When to look next at the signal of an incident that is watched since then. */
  const nextLook = new Map<IncidentId, { since: string; at: number }>();
  const watches = guarded<IncidentId>(guard, 'the signal was not watched', (id) =>
    drive(id, async ({ signal }) => {
      const state = (await incidents.get(id))?.state;
      if (signal.aborted || state?.is !== 'monitoring') return;
      const more = await verify({ ...watching, signal }, id);
      nextLook.set(id, { since: state.since, at: more ? clock() + WATCH_EVERY_MS : Number.POSITIVE_INFINITY });
    }),
  );

  return {
    begin(id) {
      if (!nextLook.has(id)) watches.ask(id);
    },
    async look() {
      const monitored = await incidents.list({ limit: MAX_OPEN, states: ['monitoring'] });
      const watched = monitored.filter(({ id }) => drives(id));
      const ids = new Set(watched.map(({ id }) => id));
      for (const id of nextLook.keys()) if (!ids.has(id)) nextLook.delete(id);
      for (const { id, state } of watched) {
        const planned = nextLook.get(id);
        const known = state.is === 'monitoring' && planned?.since === state.since;
        if (!known || clock() >= planned.at) watches.ask(id);
      }
    },
    forget: (id) => void nextLook.delete(id),
    idle: () => watches.idle(),
  };
}
