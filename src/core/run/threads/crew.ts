/** The threads of one session at work, each in a loop of its own, until all of them rest. */

export interface Crew<Who> {
  /** Something may have come up for this one: its loop runs, or runs once more. */
  kick(who: Who): void;
  /** Resolves when nobody works, with the time of the next work, if there is one. Rejects with the first failure. */
  rest(): Promise<number | null>;
}

/** `work` resolves when there is nothing to do now, with the time when there will be. `failed` hears of the first failure. */
export function createCrew<Who>(
  work: (who: Who) => Promise<number | null>,
  failed: () => void,
  now: () => number,
): Crew<Who> {
  const working = new Map<Who, { again: boolean }>();
  const times = new Map<Who, number>();
  const alarms = new Set<NodeJS.Timeout>();
  let over = false;
  let failure: { error: unknown } | null = null;
  let settle: { resolve(wakeAt: number | null): void; reject(error: unknown): void } | null = null;

  async function loop(who: Who, turn: { again: boolean }): Promise<void> {
    try {
      do {
        turn.again = false;
        times.delete(who);
        const wakeAt = await work(who);
        if (wakeAt !== null) times.set(who, wakeAt);
      } while (turn.again && failure === null);
    } catch (error) {
      if (failure === null) {
        failure = { error };
        failed();
      }
    }
    working.delete(who);
    if (working.size === 0) finish();
    else remind(who);
  }
  /** While others work, the session is not given back, and nobody else would wake this one in time. */
  function remind(who: Who): void {
    const at = times.get(who);
    if (at === undefined) return;
    const alarm = setTimeout(() => kick(who), Math.max(0, at - now()));
    alarm.unref();
    alarms.add(alarm);
  }
  /** What comes up from now on leaves the session due, and is found by whoever claims it next. */
  function finish(): void {
    over = true;
    for (const alarm of alarms) clearTimeout(alarm);
    alarms.clear();
    if (failure !== null) settle?.reject(failure.error);
    else settle?.resolve(times.size === 0 ? null : Math.min(...times.values()));
  }
  function kick(who: Who): void {
    const turn = working.get(who);
    if (turn !== undefined) {
      turn.again = true;
    } else if (failure === null && !over) {
      const begun = { again: false };
      working.set(who, begun);
      void loop(who, begun);
    }
  }
  return {
    kick,
    rest: () =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        if (working.size === 0) finish();
      }),
  };
}
