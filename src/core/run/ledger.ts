/**
 * What the threads of one session share while it is driven: the lease, the session's document, its log as a state, and
 * the order of writes. Nothing reaches the store but through `append`.
 */
import type { SessionBody } from '../documents.ts';
import type { SessionId, ThreadId, WorkspaceId } from '../ids.ts';
import type { FencedBatch, Lease } from '../ports/engine.ts';
import type { Ports } from '../ports/ports.ts';
import { type DocRow, type LogRow, type NewLogRow, StaleDocument, StoreUnavailable } from '../ports/store.ts';
import type { ThreadSpent } from '../threads.ts';
import { moves, project } from './project.ts';
import { together } from './state/spent.ts';
import { fold, type State } from './state.ts';

/** Another process drives the session now; nothing was written and nothing more may be. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}
/** The store did not take a write, or may have taken it without saying so: only the log knows now. */
export class WriteFailed extends Error {
  override readonly name = 'WriteFailed';
}
/** The thread was archived meanwhile: nothing was written, and it has nothing more to do. */
export class ThreadGone extends Error {
  override readonly name = 'ThreadGone';
}

/** What ends the turn here and now, because no line of the log could still be written. */
export function beyondTurn(error: unknown): boolean {
  return [LeaseLost, WriteFailed, ThreadGone, StoreUnavailable].some((kind) => error instanceof kind);
}

export interface Ledger {
  session: SessionId;
  workspace: WorkspaceId;
  body(): SessionBody;
  /** The session's own log, staged lines included. */
  state(): State;
  /** Lines that are about to be written to the session's own log. */
  stage(rows: readonly NewLogRow[]): void;
  /** What all threads have used up. */
  spent(): ThreadSpent;
  setSpent(thread: ThreadId, spent: ThreadSpent): void;
  /** One write at a time, the session's document with it where the lines move it. */
  append(batch: FencedBatch): Promise<LogRow[]>;
}

const staleAttempts = 5;

export function createLedger(
  ports: Ports,
  start: { lease: () => Lease; doc: DocRow<SessionBody>; state: State },
): Ledger {
  const { session } = start.lease();
  const threads = new Map<ThreadId, ThreadSpent>();
  let { doc, state } = start;
  let last: Promise<unknown> = Promise.resolve();

  const spent = () => [...threads.values()].reduce(together, state.spent);

  function documentPut(batch: FencedBatch): NonNullable<FencedBatch['puts']>[number][] {
    const rows = [batch, ...(batch.append ?? [])].flatMap((part) => part.rows);
    if (!rows.some((row) => moves(row.event))) return [];
    const { revision, position, ...rest } = doc;
    return [{ doc: { ...rest, body: project(doc.body, state, spent(), ports.clock.now()) }, expect: revision }];
  }
  /** False when the session is gone or over. */
  async function readAgain(): Promise<boolean> {
    const current = await ports.store.get<SessionBody>('session', session);
    if (current !== null) doc = current;
    return current !== null && !current.archived;
  }
  /** Writes under the lease, reading the document again when the API changed it meanwhile. */
  async function attempt(batch: FencedBatch, attempts = staleAttempts): Promise<LogRow[] | null> {
    const own = documentPut(batch);
    try {
      const appended = await ports.engine.append(start.lease(), { ...batch, puts: [...own, ...(batch.puts ?? [])] });
      const [put] = own;
      if (put !== undefined && appended !== null) {
        doc = { ...doc, body: bodyOf(put.doc.body), revision: doc.revision + 1 };
      }
      return appended;
    } catch (error) {
      const changed = error instanceof StaleDocument && error.kind === 'session';
      if (!changed || attempts === 1) throw failureOf(error);
    }
    return (await readAgain()) ? attempt(batch, attempts - 1) : null;
  }
  /** What others wrote between our lines belongs to the state as well. */
  async function wrote(appended: readonly LogRow[]): Promise<void> {
    const own = appended.filter((row) => row.session === session);
    const [first, end] = [own[0], own.at(-1)];
    if (first === undefined || end === undefined) return;
    const missed = first.seq - 1 - state.seq;
    if (missed > 0) {
      const rows = await ports.store.log({ session, order: 'asc', limit: missed, after: state.seq });
      state = rows.reduce(fold, state);
    }
    state = { ...state, seq: end.seq };
  }

  return {
    session,
    workspace: doc.workspace,
    body: () => doc.body,
    state: () => state,
    stage(rows) {
      for (const row of rows) state = fold(state, { ...row, seq: state.seq });
    },
    spent,
    setSpent: (thread, used) => void threads.set(thread, used),
    append(batch) {
      const mine = last.then(async () => {
        const appended = await attempt(batch);
        if (appended === null) throw new LeaseLost();
        await wrote(appended);
        return appended;
      });
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** Documents that the caller put are the caller's to look at again. */
function failureOf(cause: unknown): Error {
  if (!(cause instanceof StaleDocument)) return new WriteFailed('the step could not be written', { cause });
  if (cause.kind === 'session_thread') return new ThreadGone('the thread was archived', { cause });
  if (cause.kind === 'session') return new WriteFailed('the session is changed by others all the time', { cause });
  return cause;
}

/** The put was made of this very document. */
function bodyOf(body: unknown): SessionBody {
  return body as SessionBody;
}
