/**
 * Who works on what. Several processes may share the store: an incident is worked on by the one that holds it, and what that
 * one was doing ends when it holds it no longer.
 */
import type { IncidentId } from '../ids.ts';
import type { Chat } from '../ports/chat.ts';
import type { Claim, Claims } from '../ports/claims.ts';
import type { Forge } from '../ports/forge.ts';

export interface Hold {
  /** Ends with the claim, or with this process. */
  signal: AbortSignal;
  holds(): boolean;
}
/** Of more incidents than this, the newest are looked after first. */
export const MAX_OPEN = 200;
/** In these states a session may be at work, or has yet to be made. */
export const BUSY = ['open', 'investigating', 'needs_approval', 'acting', 'monitoring'] as const;

/** Works that only one process may do, beside its incidents. */
type Task = 'intake';

export interface Driving {
  /** Null while another process drives it. */
  hold(key: IncidentId | Task): Promise<Hold | null>;
  /** Runs `work` if it is for this process to do. What fails because the hold was lost is somebody else's by now. */
  drive(id: IncidentId, work: (hold: Hold) => Promise<void>): Promise<void>;
  drives(id: IncidentId): boolean;
  /** Gives back the incidents that are not among `busy` and that nobody here works on. */
  giveBack(busy: ReadonlySet<string>): Promise<void>;
}

/** `gained` is called with each incident that this process did not drive before. */
export function driving(claims: Claims, signal: AbortSignal, gained: (id: IncidentId) => void): Driving {
  const holds = new WeakMap<Claim, Hold>();
  const atWork = new Map<string, number>();

  async function hold(key: IncidentId | Task): Promise<Hold | null> {
    const claim = await claims.take(key);
    if (claim === null) return null;
    const known = holds.get(claim);
    if (known !== undefined) return known;
    const fresh: Hold = { signal: AbortSignal.any([signal, claim.signal]), holds: claim.holds };
    holds.set(claim, fresh);
    if (key !== 'intake') gained(key);
    return fresh;
  }

  const count = (key: string, by: number) => {
    const now = (atWork.get(key) ?? 0) + by;
    if (now === 0) atWork.delete(key);
    else atWork.set(key, now);
  };

  return {
    hold,
    async drive(id, work) {
      count(id, 1);
      try {
        const held = await hold(id);
        if (held === null) return;
        await work(held).catch((error: unknown) => {
          if (held.holds()) throw error;
        });
      } finally {
        count(id, -1);
      }
    },
    drives: (id) => claims.held().includes(id),
    async giveBack(busy) {
      await claims.release(claims.held().filter((key) => key !== 'intake' && !busy.has(key) && !atWork.has(key)));
    },
  };
}

/** A process that stood still must not do in the room what it had in mind before: another has done it by now. */
export function chatWhile(holds: () => boolean, chat: Chat): Chat {
  const held = <Done>(act: () => Promise<Done>): Promise<Done> =>
    holds() ? act() : Promise.reject(new Error('another process drives this incident now'));
  return {
    openCard: (view) => held(() => chat.openCard(view)),
    updateCard: (card, view) => held(() => chat.updateCard(card, view)),
    post: (card, post, options) => held(() => chat.post(card, post, options)),
    settle: (message, action) => held(() => chat.settle(message, action)),
  };
}

/** The same for pull requests; as an outage, after which whoever asks looks what has become of its action. */
export function forgeWhile(holds: () => boolean, forge: Forge): Forge {
  return {
    prepare: (change, signal) => forge.prepare(change, signal),
    open: async (plan, signal) =>
      holds()
        ? await forge.open(plan, signal)
        : { ok: false, why: 'unreachable', detail: 'another process drives this incident now' },
  };
}
