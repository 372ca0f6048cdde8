/** What the API does by the clock and not when asked. One chore at a time; a failed one is reported and tried again. */
import type { Core } from './core.ts';
import { fireDeployments } from './deployments/fire.ts';
import { restoreWork } from './environments/work/restore.ts';
import { expireFiles } from './files/expire.ts';
import { createPostman } from './webhooks/postman.ts';

export interface Chores {
  start(): void;
  /** There is something to send to webhooks. */
  deliver(): void;
  /** Waits for what is being done. */
  close(): Promise<void>;
}

interface Chore {
  everyMs: number;
  run(core: Core): Promise<void>;
}
const chores: readonly Chore[] = [
  { everyMs: 10 * 60_000, run: expireFiles },
  { everyMs: 1_000, run: fireDeployments },
  { everyMs: 1_000, run: restoreWork },
];

export function createChores(core: Core, report: (error: unknown) => void): Chores {
  const postman = createPostman(core, report);
  const post: Chore = { everyMs: 1_000, run: () => postman.round() };
  const all = [...chores, post];
  const timers: NodeJS.Timeout[] = [];
  const working = new Map<Chore, Promise<void>>();
  const begin = (chore: Chore): void => {
    if (working.has(chore)) return;
    const done = chore
      .run(core)
      .catch(report)
      .finally(() => working.delete(chore));
    working.set(chore, done);
  };
  return {
    start() {
      for (const chore of all) {
        begin(chore);
        timers.push(setInterval(() => begin(chore), chore.everyMs).unref());
      }
    },
    deliver() {
      if (timers.length > 0) begin(post);
    },
    async close() {
      for (const timer of timers.splice(0)) clearInterval(timer);
      await Promise.all(working.values());
      await postman.idle();
    },
  };
}
