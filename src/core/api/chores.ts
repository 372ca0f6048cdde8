/**
 * What the API does by the clock and not when asked, in each workspace. Each chore goes one round at a time; a failed one
 * is reported and tried again.
 */
import type { WorkspaceId } from '../ids.ts';
import { type Core, coreFor } from './core.ts';
import { fireDeployments } from './deployments/fire.ts';
import { createDreamer, type Dreamer } from './dreams/dreamer.ts';
import { restoreWork } from './environments/work/restore.ts';
import { expireFiles } from './files/expire.ts';
import { dropBlobsLeft } from './holds.ts';
import { createPostman, type Postman } from './webhooks/postman.ts';
import { allWorkspaces } from './workspaces/all.ts';

export interface Chores {
  start(): void;
  /** There is something to send to webhooks. */
  deliver(): void;
  /** Waits for what is being done. */
  close(): Promise<void>;
}

interface Chore {
  everyMs: number;
  /** Not in archived workspaces. */
  onlyOpen?: true;
  run(core: Core): Promise<void>;
}
const chores: readonly Chore[] = [
  { everyMs: 10 * 60_000, run: expireFiles },
  { everyMs: 1_000, onlyOpen: true, run: fireDeployments },
  { everyMs: 2_000, run: restoreWork },
  { everyMs: 5_000, run: dropBlobsLeft },
];

export function createChores(core: Core, report: (error: unknown) => void): Chores {
  const postmen = inWorkspaces<Postman>((its) => createPostman(its, report));
  const dreamers = inWorkspaces<Dreamer>((its) => createDreamer(its, report));
  // What this server has to send is sent at once; a round finds what another one left.
  const post: Chore = { everyMs: 2_000, run: (its) => postmen.of(its).round() };
  const all = [...chores, post, { everyMs: 2_000, run: (its: Core) => dreamers.of(its).round() }];
  const workspaces = sharedLook(core);
  const timers: NodeJS.Timeout[] = [];
  const working = new Map<Chore, Promise<void>>();
  const begin = (chore: Chore): void => {
    if (working.has(chore)) return;
    const done = inEach(core, workspaces(chore.onlyOpen === true), (its) => chore.run(its).catch(report))
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
      await Promise.all(postmen.all().map((postman) => postman.idle()));
      await Promise.all(dreamers.all().map((dreamer) => dreamer.close()));
    },
  };
}

/** One worker for each workspace, from the first time it is asked for. */
function inWorkspaces<Worker>(make: (core: Core) => Worker): { of(core: Core): Worker; all(): Worker[] } {
  const workers = new Map<WorkspaceId, Worker>();
  return {
    of(core) {
      const worker = workers.get(core.workspace) ?? make(core);
      workers.set(core.workspace, worker);
      return worker;
    },
    all: () => [...workers.values()],
  };
}

/** Chores that begin at the same moment look up the workspaces together. */
function sharedLook(core: Core): (onlyOpen: boolean) => Promise<WorkspaceId[]> {
  let looking: ReturnType<typeof allWorkspaces> | null = null;
  return async (onlyOpen) => {
    looking ??= allWorkspaces(core).finally(() => {
      looking = null;
    });
    const found = await looking;
    return found.filter(({ archived }) => !(onlyOpen && archived)).map(({ id }) => id);
  };
}

async function inEach(
  core: Core,
  workspaces: Promise<WorkspaceId[]>,
  work: (core: Core) => Promise<void>,
): Promise<void> {
  for (const workspace of await workspaces) {
    await work(workspace === core.workspace ? core : coreFor(core, { ...core.credential, workspace }));
  }
}
