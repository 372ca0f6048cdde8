/**
 * What the API does by the clock and not when asked, in each workspace where there is something to do. One look finds that for
 * all chores of a moment. Each chore goes one round at a time; a failed one is reported and tried again.
 */
import type { WorkspaceId } from '../ids.ts';
import type { Occupant } from '../ports/store.ts';
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
  /** In ticks of a second. */
  every: number;
  /** Where there is none of these, there is nothing to do. */
  about: readonly Occupant[];
  /** Not in archived workspaces. */
  onlyOpen?: true;
  run(core: Core): Promise<void>;
}
const TICK_MS = 1_000;
const chores: readonly Chore[] = [
  { every: 600, about: [{ kind: 'file' }], run: expireFiles },
  { every: 1, about: [{ kind: 'deployment', status: ['active'] }], onlyOpen: true, run: fireDeployments },
  { every: 2, about: [{ kind: 'open_work' }, { kind: 'polling_worker' }], run: restoreWork },
  { every: 5, about: [{ kind: 'blob_removal' }], run: dropBlobsLeft },
];

export function createChores(core: Core, report: (error: unknown) => void): Chores {
  const postmen = inWorkspaces<Postman>((its) => createPostman(its, report));
  const dreamers = inWorkspaces<Dreamer>((its) => createDreamer(its, report));
  // What this server has to send is sent at once; a round finds what another one left.
  const post: Chore = { every: 2, about: [{ kind: 'webhook_delivery' }], run: (its) => postmen.of(its).round() };
  const dreams: Chore = {
    every: 2,
    about: [{ kind: 'dream', status: ['pending', 'running'] }],
    run: (its) => dreamers.of(its).round(),
  };
  const all = [...chores, post, dreams];
  const working = new Map<Chore, Promise<void>>();
  let timer: NodeJS.Timeout | null = null;
  let ticks = 0;

  function begin(due: readonly Chore[]): void {
    const free = due.filter((chore) => !working.has(chore));
    const look = lookAround(core, free);
    for (const chore of free) {
      const done = look
        .then((places) => inEach(core, places.get(chore) ?? [], (its) => chore.run(its).catch(report)))
        .catch(report)
        .finally(() => working.delete(chore));
      working.set(chore, done);
    }
  }
  function tick(): void {
    begin(all.filter(({ every }) => ticks % every === 0));
    ticks += 1;
  }
  return {
    start() {
      tick();
      timer = setInterval(tick, TICK_MS).unref();
    },
    deliver() {
      if (timer !== null) begin([post]);
    },
    async close() {
      if (timer !== null) clearInterval(timer);
      timer = null;
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

/** Where each of these chores has something to do. */
async function lookAround(core: Core, due: readonly Chore[]): Promise<Map<Chore, WorkspaceId[]>> {
  if (due.length === 0) return new Map();
  const found = await core.everywhere.occupied(due.flatMap(({ about }) => about));
  if (found.length === 0) return new Map();
  const workspaces = await allWorkspaces(core);
  const placesOf = ({ about, onlyOpen }: Chore) => {
    const kinds = about.map(({ kind }) => kind);
    const its = new Set(found.filter(({ kind }) => kinds.includes(kind)).map(({ workspace }) => workspace));
    return workspaces.filter(({ id, archived }) => its.has(id) && !(onlyOpen === true && archived)).map(({ id }) => id);
  };
  return new Map(due.map((chore) => [chore, placesOf(chore)]));
}

async function inEach(
  core: Core,
  workspaces: readonly WorkspaceId[],
  work: (core: Core) => Promise<void>,
): Promise<void> {
  for (const workspace of workspaces) {
    await work(workspace === core.workspace ? core : coreFor(core, { ...core.credential, workspace }));
  }
}
