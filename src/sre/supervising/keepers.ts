/** Who follows the session of each open incident: as many begin at a time as there is room for, the most severe first. */
import { type Following, follow } from '../follow.ts';
import type { IncidentId } from '../ids.ts';
import type { Incident } from '../incident.ts';
import { type Investigating, investigate } from '../investigate.ts';
import { byUrgency } from '../placing/severity.ts';
import { BUSY, type Driving, MAX_OPEN } from './driving.ts';
import { type Guard, guarded } from './guarded.ts';

export interface Keeping extends Omit<Following, 'signal'>, Omit<Investigating, 'signal' | 'holds'> {
  /** This process investigates so many incidents at the same time; the others wait, the most severe first. */
  maxInvestigations: number;
}
export interface Keepers {
  /** Gives every open incident its keeper, new ones only as long as there is room. */
  admit(): void;
  /** Something is sent to the session: it may rest no longer. */
  stir(id: IncidentId): void;
  /** What was known of it is of the time before this process drove it. */
  forget(id: IncidentId): void;
  idle(): Promise<void>;
}

/** `begun` is called with each incident that has a session. */
export function keepersOf(
  keeping: Keeping,
  { drive, drives, hold }: Driving,
  guard: Guard,
  begun: (id: IncidentId) => void,
): Keepers {
  const { incidents } = keeping;
  const rested = new Set<IncidentId>();
  /** Something was sent to their sessions while they were followed: an end that was seen meanwhile is none. */
  const stirred = new Set<IncidentId>();

  const keepers = guarded<IncidentId>(guard, 'an investigation was interrupted', (id) =>
    drive(id, async (own) => {
      const found = await incidents.get(id);
      if (found === null || found.state.is === 'resolved' || rested.has(id)) return;
      const all = { ...keeping, ...own };
      const incident = found.sessionId === null ? await investigate(all, found) : found;
      if (incident.sessionId === null) return;
      begun(id);
      stirred.delete(id);
      await follow(all, id, incident.sessionId, incident.cursor);
      if (!own.signal.aborted && !stirred.has(id)) rested.add(id);
      admissions.ask('all');
    }),
  );
  const admissions = guarded<'all'>(guard, 'open incidents were not looked after', async () => {
    const found = await incidents.list({ limit: MAX_OPEN, states: BUSY });
    // Together, because each may have to wait until another process has gone first.
    await Promise.all(found.map(({ id }) => hold(id)));
    const open = found.filter(({ id }) => drives(id));
    const [started, waiting] = [open.filter(hasSession), open.filter((incident) => !hasSession(incident))];
    for (const { id } of started) if (!rested.has(id)) keepers.ask(id);
    const busy = started.filter(({ state }) => state.is === 'investigating').length;
    const starting = waiting.filter(({ id }) => keepers.isRunning(id)).length;
    const room = Math.max(0, keeping.maxInvestigations - busy - starting);
    const next = waiting.filter(({ id }) => !keepers.isRunning(id)).sort(byUrgency);
    for (const { id } of next.slice(0, room)) keepers.ask(id);
  });

  return {
    admit: () => admissions.ask('all'),
    stir(id) {
      stirred.add(id);
      rested.delete(id);
      keepers.ask(id);
    },
    forget: (id) => void rested.delete(id),
    async idle() {
      await keepers.idle();
      await admissions.idle();
    },
  };
}

function hasSession({ sessionId }: Incident): boolean {
  return sessionId !== null;
}
