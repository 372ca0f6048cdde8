/**
 * Where everything the core must not lose is kept. Two shapes only: documents (every noun of the API) and the log
 * of a session (see engine.ts for who may append to it). A thread of a session has a log and an inbox of its own, kept
 * the same way under its own id; it is never due by itself. One contract suite, `test/contract/store.ts`, binds every adapter.
 */
import type { PreviewEvent, SessionEvent } from '../events.ts';
import type { EventId, LogId, SessionId, WorkspaceId } from '../ids.ts';

/** A noun of the API. The body is what the adapter keeps; ports never look inside it except through `where`. */
export interface Doc<Body = unknown> {
  kind: DocKind;
  id: string;
  workspace: WorkspaceId;
  /** The document this one lives under (`agent_…` for a version, `sesn_…` for a resource), or null. */
  parent: string | null;
  /** Milliseconds since 1970; with `position` it gives every list its order. */
  createdAt: number;
  archived: boolean;
  /** Starts at 1, grows by one with each put. Optimistic locking compares it. */
  revision: number;
  body: Body;
}
export type DocKind =
  | 'agent'
  | 'agent_version'
  | 'environment'
  | 'session'
  | 'session_resource'
  | 'session_thread'
  | 'file'
  | 'blob_removal'
  | 'skill'
  | 'skill_version'
  | 'workspace'
  | 'api_key'
  | 'vault'
  | 'credential'
  | 'memory_store'
  | 'memory'
  | 'memory_version'
  | 'dream'
  | 'deployment'
  | 'deployment_run'
  | 'webhook_endpoint'
  | 'webhook_delivery'
  | 'work'
  | 'open_work'
  | 'polling_worker'
  | 'environment_key'
  | 'tunnel'
  | 'certificate'
  | 'user_profile';

export interface DocQuery {
  kind: DocKind;
  workspace: WorkspaceId;
  /** A list means under any of them. */
  parent?: string | readonly string[];
  order: 'asc' | 'desc';
  limit: number;
  /** Exclusive: rows after this position in the given order. Positions are stable while rows are added. */
  after?: number;
  includeArchived: boolean;
  createdAt?: { gt?: number; gte?: number; lt?: number; lte?: number };
  /** Equality on top-level or dotted fields of the body (`agent.id`); a list means any of them. */
  where?: Record<string, string | number | readonly (string | number)[]>;
}
export interface Occupant {
  kind: DocKind;
  /** Only where this field of the body has one of these values. */
  status?: readonly string[];
}
/** `position` is unique per store and grows with insertion; it is what a page cursor carries. */
export type DocRow<Body = unknown> = Doc<Body> & { position: number };

/** An accepted `user.*` or `system.*` event that waits until the run takes it up. Its order is the order of acceptance. */
export interface InboxRow {
  session: LogId;
  event: SessionEvent;
}

/** One line of a session's log. `memo` is what the brain needs and the wire never shows (thinking signatures, request ids). */
export interface LogRow {
  session: LogId;
  seq: number;
  event: SessionEvent;
  memo: unknown;
}
export interface NewLogRow {
  event: SessionEvent;
  memo?: unknown;
}

/**
 * Changes that become durable together or not at all. It is data, not a callback, so that an adapter may put many
 * batches into one fsync and nothing foreign can slip into a transaction.
 */
export interface Batch {
  /** Insert or replace. `expect` is the revision the caller saw (0 = must not exist); a mismatch refuses the whole batch. */
  puts?: readonly { doc: Omit<Doc, 'revision'>; expect?: number }[];
  removes?: readonly { kind: DocKind; id: string }[];
  inbox?: readonly InboxRow[];
  /** Life-cycle lines written by the API (archive, update). The run appends through `Engine.append`, under its lease. */
  append?: readonly { session: LogId; rows: readonly NewLogRow[] }[];
  /** Sessions that now have something to do. Committed with the rest, so that no wake-up is ever lost. */
  wakes?: readonly SessionId[];
  /** Creates the owner row (sequence 0, no lease) of a session or a thread. Needed once, before anything is written there. */
  opens?: readonly LogId[];
  /** Deletes log, inbox, tool calls and owner row of the session or thread; `forgets` goes without saying. */
  erases?: readonly LogId[];
  /**
   * What this batch removes or replaces is to leave the disk, not only the answers: a deletion, a redaction, a secret that
   * was purged. Said also where the database sees to it by itself.
   */
  forgets?: boolean;
}
export type Committed = { ok: true; appended: LogRow[] } | { ok: false; why: 'stale'; kind: DocKind; id: string };

export interface LogQuery {
  session: LogId;
  order: 'asc' | 'desc';
  limit: number;
  /** Exclusive sequence number to go on from, in the given order. */
  after?: number;
  types?: readonly string[];
  processedAt?: { gt?: number; gte?: number; lt?: number; lte?: number };
}

/** Lines of a log in the bytes of the wire, without their memos. */
export interface LogText {
  /** The events as JSON in UTF-8, in the order asked, with commas between them. */
  events: Uint8Array;
  /** Sequence number of the last of them; 0 when there is none. */
  last: number;
  /** Whether lines follow that the limit left out. */
  more: boolean;
  /** Whether input waited in the inbox, as of the moment the lines were read. */
  queued: boolean;
  /** Whose log it is: the workspace of the document it was opened with. Null when there is no such log. */
  workspace: WorkspaceId | null;
}

export interface Store {
  get<Body>(kind: DocKind, id: string): Promise<DocRow<Body> | null>;
  /** Unknown ids are left out; the order of the answer is the order asked. */
  getMany<Body>(kind: DocKind, ids: readonly string[]): Promise<DocRow<Body>[]>;
  list<Body>(query: DocQuery): Promise<DocRow<Body>[]>;
  /** In which workspaces there is anything of these kinds: one look, that costs the same however much there is. */
  occupied(kinds: readonly Occupant[]): Promise<{ kind: DocKind; workspace: WorkspaceId }[]>;
  /** Resolves only when the batch is on disk (fsync). Rejects with `StoreUnavailable` when it could not be written. */
  commit(batch: Batch): Promise<Committed>;
  log(query: LogQuery): Promise<LogRow[]>;
  /** The same lines for those who only pass them on: nothing is parsed, whatever their number. */
  logText(query: LogQuery): Promise<LogText>;
  /** Accepted input that the run has not taken up yet, oldest first. */
  inbox(session: LogId): Promise<InboxRow[]>;
  /** One event of the session, wherever it stands, or null. */
  findEvent(session: LogId, id: EventId): Promise<SessionEvent | null>;
  /**
   * Calls `listener` for everything committed for this session from now on, in log order, and for previews.
   * Whoever commits in this process goes on only when it has been called; the listener must not throw and must not block.
   * For what other processes commit it holds once a read that began after the subscription has ended.
   */
  subscribe(session: LogId, listener: (item: FeedItem) => void): () => void;
  /** Sends a preview to live subscribers. Never stored, may be lost. */
  preview(session: LogId, preview: PreviewEvent): void;
  /** True when a read and a write would work now. `detail` says what to do when not. */
  health(): Promise<{ ok: boolean; detail: string }>;
  close(): Promise<void>;
}
export type FeedItem =
  | { kind: 'logged'; seq: number; event: SessionEvent }
  | { kind: 'queued'; event: SessionEvent }
  | { kind: 'preview'; preview: PreviewEvent }
  | { kind: 'erased' };

/** The disk is full, read-only or gone, or the database is locked beyond its timeout. Callers answer 503. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** A document in a fenced batch has changed since the caller read it. Nothing was written: read it again, then append again. */
export class StaleDocument extends Error {
  override readonly name = 'StaleDocument';
  readonly kind: DocKind;
  readonly id: string;
  constructor(kind: DocKind, id: string) {
    super(`${kind} ${id} has changed since it was read`);
    this.kind = kind;
    this.id = id;
  }
}
