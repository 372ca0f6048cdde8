/** Takes up dreams that wait, and those whose server died. */
import { fewAtATime } from '../../../lib/few-at-a-time.ts';
import { type Core, changedDoc } from '../core.ts';
import type { DreamBody } from './body.ts';
import { begin, finish, isOurs, LEASE_MS } from './dream.ts';
import type { DreamRow } from './find.ts';

const AT_ONCE = 2;
/** How often a dream is looked after: its lease renewed, and whether somebody canceled it. */
const LOOK_MS = 2_000;

export interface Dreamer {
  /** Begins what is due; does not wait until it is dreamed. */
  round(): Promise<void>;
  /** Gives back what is being dreamed: another server, or the next start, begins it anew. */
  close(): Promise<void>;
}

export function createDreamer(core: Core, report: (error: unknown) => void): Dreamer {
  const few = fewAtATime(AT_ONCE);
  const working = new Map<string, { stop: AbortController; done: Promise<void> }>();
  let closing = false;

  async function dream(row: DreamRow, stop: AbortController): Promise<void> {
    if (closing) return;
    const begun = await begin(core, row);
    if (begun === null) return;
    const look = setInterval(() => void lookAfter(core, begun, stop).catch(report), LOOK_MS);
    try {
      await finish(core, begun, stop.signal);
    } finally {
      clearInterval(look);
      if (closing) await giveBack(core, begun);
    }
  }

  return {
    async round() {
      const rows = await core.store.list<DreamBody>({
        kind: 'dream',
        workspace: core.workspace,
        order: 'asc',
        limit: 100,
        includeArchived: false,
        where: { status: ['pending', 'running'] },
      });
      for (const row of rows) {
        if (working.has(row.id) || closing) continue;
        const stop = new AbortController();
        const done = few(() => dream(row, stop))
          .catch(report)
          .finally(() => working.delete(row.id));
        working.set(row.id, { stop, done });
      }
    },
    async close() {
      closing = true;
      for (const { stop } of working.values()) stop.abort();
      await Promise.all([...working.values()].map(({ done }) => done));
    },
  };
}

async function lookAfter(core: Core, row: DreamRow, stop: AbortController): Promise<void> {
  const current = await core.store.get<DreamBody>('dream', row.id);
  if (current === null || !isOurs(current, row)) return stop.abort();
  await setLease(core, current, core.clock.now() + LEASE_MS);
}

async function giveBack(core: Core, row: DreamRow): Promise<void> {
  const current = await core.store.get<DreamBody>('dream', row.id);
  if (current !== null && isOurs(current, row)) await setLease(core, current, 0);
}

/** Refused when something else was written meanwhile: the next look is soon enough. */
async function setLease(core: Core, row: DreamRow, leased_until: number): Promise<void> {
  const body = { ...row.body, hidden: { ...row.body.hidden, leased_until } };
  await core.store.commit({ puts: [{ doc: changedDoc(row, body), expect: row.revision }] });
}
