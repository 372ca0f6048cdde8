/**
 * Who may run a session, and when. A turn is a short leased job: claimed, driven, released. Every write of a turn
 * carries the lease's epoch and is refused once another node has taken over. `test/contract/engine.ts` binds every adapter.
 */
import type { EventId, LogId, SessionId } from '../ids.ts';
import type { Batch, DocRow, InboxRow, LogRow, NewLogRow } from './store.ts';

export interface Lease {
  session: SessionId;
  epoch: number;
  until: number;
}

/** A lease just given, with what its holder would have to read first. */
export interface Claim<Body = unknown, Resource = unknown> extends Lease {
  /** The session's document as of the claim, or null when there is none. */
  doc: DocRow<Body> | null;
  /** What stood under it as `session_resource` and was not archived, oldest first. */
  resources: DocRow<Resource>[];
  /**
   * What waited in its inbox. Null where something came, or may come, after that and before the holder listens: the holder
   * reads it then.
   */
  inbox: readonly InboxRow[] | null;
  /** How many lines the session's log had then. */
  seq: number;
}

/** A tool call's life outside the log: intent before effect, result after, never a guess. */
export interface ToolCall {
  session: SessionId;
  toolUse: EventId;
  state: 'started' | 'completed' | 'unknown';
  epoch: number;
  startedAt: number;
}

/**
 * What one step of a turn writes: log lines, inbox lines it took up, tool-call states, documents. All or nothing.
 * `append`, `inbox` and `opens` are for the threads of the leased session, whose one lease covers them all.
 */
export interface FencedBatch extends Pick<Batch, 'puts' | 'removes' | 'append' | 'inbox' | 'opens'> {
  rows: readonly NewLogRow[];
  /** Ids of inbox events taken up by this step; they leave the inbox as their log lines are written. */
  takes?: readonly EventId[];
  /** The same for the inboxes of threads. */
  threadTakes?: readonly { session: LogId; id: EventId }[];
  toolCalls?: readonly Pick<ToolCall, 'toolUse' | 'state'>[];
}

export interface Engine {
  /**
   * At most `limit` sessions that are due and not leased, each with a new epoch, oldest wake first. Where claims leave work
   * undone, workspaces share: a place goes to the one that runs the fewest, from the second such claim on at the latest.
   */
  claim<Body, Resource>(limit: number): Promise<Claim<Body, Resource>[]>;
  /** Moves the lease's end; null when it was lost. */
  renew(lease: Lease): Promise<Lease | null>;
  /**
   * Gives the session back. `wakeAt` (milliseconds) schedules the next turn, null leaves it idle.
   * If input arrived after the turn last looked at the inbox, the session stays due whatever `wakeAt` says.
   */
  release(lease: Lease, wakeAt: number | null): Promise<void>;
  /**
   * Numbers and writes the rows under the lease and answers them, those of threads behind the session's own; null when
   * the lease was lost, and then nothing was written.
   * Rejects with `StaleDocument`, again with nothing written, when a put expected another revision.
   */
  append(lease: Lease, batch: FencedBatch): Promise<LogRow[] | null>;
  /** In the order they started: all of the session, or those of `uses` that ever did. */
  toolCalls(session: SessionId, uses?: readonly EventId[]): Promise<ToolCall[]>;
  /** Marks the session due now. Commits through `Batch.wakes` do this already. */
  wake(session: SessionId): Promise<void>;
  /** Called when some session may have become due. A hint: claims are also polled. */
  onWake(listener: () => void): () => void;
}
