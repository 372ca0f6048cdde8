/**
 * One session in hand: its state, and the only way to write to its log. Steps `stage` what they decide and `commit`
 * before anything happens outside, so that intent is on disk before effect and one fsync carries as much as it can.
 */
import type { SessionBody } from '../documents.ts';
import type { EventId, SessionId, WorkspaceId } from '../ids.ts';
import type { FencedBatch, Lease } from '../ports/engine.ts';
import type { Ports } from '../ports/ports.ts';
import { type Doc, type DocRow, type LogRow, type NewLogRow, StaleDocument, StoreUnavailable } from '../ports/store.ts';
import type { Halt } from './halt.ts';
import type { Hands } from './hands.ts';
import type { Limits } from './limits.ts';
import type { Offer } from './mcp/offer.ts';
import { connectServers, type Servers } from './mcp/servers.ts';
import { findMounts, type Mounts } from './mounts.ts';
import { moves, project } from './project.ts';
import { fold, type State } from './state.ts';

/** What all turns of a process share. */
export interface Workshop {
  ports: Ports;
  hands: Hands;
  limits: Limits;
}

export interface Staged {
  rows?: readonly NewLogRow[];
  takes?: readonly EventId[];
  toolCalls?: FencedBatch['toolCalls'];
}

export interface Turn extends Workshop {
  session: SessionId;
  workspace: WorkspaceId;
  halt: Halt;
  /** What the log says, staged lines included. */
  state(): State;
  body(): SessionBody;
  now(): number;
  stage(staged: Staged): void;
  /** Input that is staged and therefore still in the inbox. */
  taking(id: EventId): boolean;
  /** Writes what is staged. Throws `LeaseLost` when another node has the session, and whatever the store throws. */
  commit(): Promise<void>;
  mounts(): Promise<Mounts>;
  /** The MCP servers of the agent, connected at the first call; what could not be used is said in the log, once. */
  servers(): Promise<Servers>;
  /** What the connected servers offer; nothing before the first call of `servers`. */
  offers(): readonly Offer[];
  /** Lets go of what the turn had opened. */
  close(): Promise<void>;
  /**
   * Writes documents under the lease, apart from the log. Rejects with `StaleDocument` when one has changed meanwhile, and
   * then nothing was written.
   */
  write(documents: Pick<FencedBatch, 'puts' | 'removes'>): Promise<void>;
}

/** Another process drives the session now; nothing was written and nothing more may be. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}
/** The store did not take a write, or may have taken it without saying so: only the log knows now. */
export class WriteFailed extends Error {
  override readonly name = 'WriteFailed';
}

/** What ends the turn here and now, because no line of the log could still be written. */
export function beyondTurn(error: unknown): boolean {
  return error instanceof LeaseLost || error instanceof WriteFailed || error instanceof StoreUnavailable;
}

const staleAttempts = 5;

export function createTurn(
  workshop: Workshop,
  start: { lease: () => Lease; doc: DocRow<SessionBody>; state: State; halt: Halt },
): Turn {
  const { ports } = workshop;
  const session = start.lease().session;
  let { doc, state } = start;
  let rows: NewLogRow[] = [];
  let takes: EventId[] = [];
  let toolCalls: NonNullable<FencedBatch['toolCalls']>[number][] = [];
  let mounts: Promise<Mounts> | null = null;
  let servers: Promise<Servers> | null = null;
  let offers: readonly Offer[] = [];

  function now(): number {
    return ports.clock.now();
  }
  function documentPut(): { doc: Omit<Doc<SessionBody>, 'revision'>; expect: number }[] {
    if (!rows.some((row) => moves(row.event))) return [];
    const { revision, position, ...rest } = doc;
    return [{ doc: { ...rest, body: project(doc.body, state, now()) }, expect: revision }];
  }
  /** False when the session is gone or over. */
  async function readAgain(): Promise<boolean> {
    const current = await ports.store.get<SessionBody>('session', session);
    if (current !== null) doc = current;
    return current !== null && !current.archived;
  }
  /** Writes under the lease, reading the document again when the API changed it meanwhile. */
  async function append(attempts = staleAttempts): Promise<LogRow[] | null> {
    const puts = documentPut();
    try {
      const appended = await ports.engine.append(start.lease(), { rows, takes, toolCalls, puts });
      for (const put of puts) doc = { ...doc, body: put.doc.body, revision: doc.revision + 1 };
      return appended;
    } catch (error) {
      if (!(error instanceof StaleDocument) || attempts === 1) throw error;
    }
    return (await readAgain()) ? append(attempts - 1) : null;
  }
  async function openServers(): Promise<Servers> {
    const opened = await connectServers(ports, { workspace: doc.workspace, body: doc.body }, start.halt.signal());
    offers = opened.offers;
    turn.stage({ rows: opened.errors.map((event) => ({ event })) });
    return opened;
  }
  function wrote(appended: readonly LogRow[]): void {
    state = { ...state, seq: appended.at(-1)?.seq ?? state.seq };
    rows = [];
    takes = [];
    toolCalls = [];
  }

  const turn: Turn = {
    ...workshop,
    session,
    workspace: doc.workspace,
    halt: start.halt,
    state: () => state,
    body: () => doc.body,
    now,
    stage(staged) {
      for (const row of staged.rows ?? []) state = fold(state, { ...row, seq: state.seq });
      rows.push(...(staged.rows ?? []));
      takes.push(...(staged.takes ?? []));
      toolCalls.push(...(staged.toolCalls ?? []));
    },
    taking: (id) => takes.includes(id),
    async commit() {
      if (rows.length + takes.length + toolCalls.length === 0) return;
      const appended = await append().catch((cause: unknown) => {
        throw new WriteFailed('the step could not be written', { cause });
      });
      if (appended === null) throw new LeaseLost();
      wrote(appended);
    },
    async write(documents) {
      const written = await ports.engine.append(start.lease(), { rows: [], ...documents }).catch((cause: unknown) => {
        throw cause instanceof StaleDocument ? cause : new WriteFailed('documents could not be written', { cause });
      });
      if (written === null) throw new LeaseLost();
    },
    servers() {
      servers ??= openServers();
      return servers;
    },
    offers: () => offers,
    async close() {
      await servers?.then((opened) => opened.close()).catch(() => undefined);
    },
    mounts() {
      mounts ??= findMounts(ports.store, { id: session, workspace: doc.workspace, body: doc.body });
      return mounts;
    },
  };
  return turn;
}
