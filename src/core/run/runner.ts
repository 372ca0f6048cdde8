/** Drives every session that has something to do, a bounded number at a time, until closed. */
import type { SessionBody } from '../documents.ts';
import type { SessionId } from '../ids.ts';
import type { Ports } from '../ports/ports.ts';
import type { SessionResourceBody } from '../resources.ts';
import { createStateCache } from './cache.ts';
import { type Drive, drive } from './drive.ts';
import { createHands } from './hands/hands.ts';
import { defaultLimits, type Limits } from './limits.ts';

export interface Runner {
  /** Begins to claim sessions. */
  start(): void;
  /**
   * Claims no more, lets each step in hand finish for at most `drainMs`, cuts off what still runs and gives the
   * sessions back, so that another process goes on from the log at once.
   */
  close(): Promise<void>;
}

export function createRunner(ports: Ports, options: Partial<Limits> = {}): Runner {
  const limits = { ...defaultLimits, ...options };
  const hands = createHands(ports.sandboxes, ports.clock, limits);
  const cache = createStateCache();
  const drives = new Map<SessionId, Drive>();
  const alarms = new Set<NodeJS.Timeout>();
  let closing = false;
  let claiming: Promise<void> | null = null;
  let again = false;
  let stopListening: () => void = () => undefined;
  let poll: NodeJS.Timeout | undefined;

  /** Many hints make one claim; a hint that comes while claiming makes one more. */
  function look(): void {
    if (closing || drives.size >= limits.sessions) return;
    if (claiming !== null) {
      again = true;
      return;
    }
    again = false;
    claiming = claim().finally(() => {
      claiming = null;
      if (again) look();
    });
  }
  async function claim(): Promise<void> {
    const claims = await ports.engine
      .claim<SessionBody, SessionResourceBody>(limits.sessions - drives.size)
      .catch(() => []);
    for (const claimed of claims) {
      const running = drive({ ports, hands, limits }, cache, claimed);
      if (closing) running.halt.stop('drain');
      drives.set(claimed.session, running);
      const release = hands.hold(claimed.session);
      void running.done.then((wakeAt) => {
        if (drives.get(claimed.session) === running) void release();
        finished(claimed.session, running, wakeAt);
      });
    }
  }
  function finished(session: SessionId, ended: Drive, wakeAt: number | null): void {
    if (drives.get(session) === ended) drives.delete(session);
    if (wakeAt !== null && !closing) wakeIn(wakeAt - ports.clock.now());
    look();
  }
  function wakeIn(milliseconds: number): void {
    const alarm = setTimeout(
      () => {
        alarms.delete(alarm);
        look();
      },
      Math.max(0, milliseconds),
    );
    alarm.unref();
    alarms.add(alarm);
  }

  return {
    start() {
      stopListening = ports.engine.onWake(look);
      poll = setInterval(() => {
        look();
        void hands.sweep();
      }, limits.pollMs);
      look();
    },
    async close() {
      closing = true;
      stopListening();
      clearInterval(poll);
      for (const alarm of alarms) clearTimeout(alarm);
      await claiming;
      await drain([...drives.values()], limits.drainMs);
      await hands.close();
    },
  };
}

const cutOffMs = 2_000;

/** First asks to stop between steps, then cuts off. */
async function drain(drives: readonly Drive[], graceMs: number): Promise<void> {
  const done = Promise.all(drives.map((one) => one.done));
  for (const one of drives) one.halt.leaveSoon();
  const grace = timer(graceMs);
  await Promise.race([done, grace.over]);
  grace.cancel();
  for (const one of drives) one.halt.stop('drain');
  const last = timer(cutOffMs);
  await Promise.race([done, last.over]);
  last.cancel();
}

function timer(milliseconds: number): { over: Promise<void>; cancel: () => void } {
  let cancel: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    const handle = setTimeout(resolve, milliseconds);
    cancel = () => {
      clearTimeout(handle);
      resolve();
    };
  });
  return { over, cancel };
}
