import type { SessionEvent } from '../../events.ts';
import type { EventId, LogId, SessionId, WorkspaceId } from '../../ids.ts';
import type { Claim, ToolCall } from '../../ports/engine.ts';
import type { DocKind, DocRow, InboxRow } from '../../ports/store.ts';
import type { ChainLine } from './chain.ts';
import type { SessionRow } from './plan.ts';

type Row = Readonly<Record<string, unknown>>;

/*
 * From rows to values. The columns are typed and only these adapters write them, from values of these very types;
 * the casts below say no more than that.
 */

export function docKindOf(cell: unknown): DocKind {
  return String(cell) as DocKind;
}

export function sessionRowOf(row: Row): SessionRow {
  return {
    id: String(row.id) as LogId,
    workspace: String(row.workspace),
    seq: Number(row.seq),
    head: String(row.head),
    epoch: Number(row.epoch),
    leaseUntil: numberOrNull(row.lease_until),
    wakeAt: numberOrNull(row.wake_at),
    woken: row.woken === 1,
    took: row.took === 1,
  };
}

/**
 * Rows of owners with `documents`, those of the session and of its resources in any order: a list, as JSON, of objects
 * with the names of the columns; and with `inbox`, a list of bodies, where that may be told. Oldest wake first.
 */
export function claimsOf<Body, Resource>(rows: readonly Row[], until: number): Claim<Body, Resource>[] {
  return rows
    .map((row) => ({
      owner: sessionRowOf(row),
      documents: JSON.parse(String(row.documents)) as Row[],
      inbox: row.inbox,
    }))
    .sort((a, b) => (a.owner.wakeAt ?? 0) - (b.owner.wakeAt ?? 0))
    .map(({ owner: { id, epoch, seq }, documents, inbox }) => {
      const own = documents.find((document) => document.kind === 'session');
      const resources = documents.filter((document) => document !== own).map(docRowOf<Resource>);
      return {
        // Only sessions are ever woken, so only sessions are due.
        session: id as SessionId,
        epoch,
        until,
        seq,
        doc: own === undefined ? null : docRowOf<Body>(own),
        resources: resources.sort((a, b) => a.position - b.position),
        inbox: inbox === undefined ? null : inboxOf(id, JSON.parse(String(inbox)) as unknown[]),
      };
    });
}

/** Of `kind` and `workspace`. */
export function placeOf(row: Row): { kind: DocKind; workspace: WorkspaceId } {
  return { kind: docKindOf(row.kind), workspace: String(row.workspace) as WorkspaceId };
}

/** Null where there is no row. */
export function ownerOf(workspace: unknown): WorkspaceId | null {
  return typeof workspace === 'string' ? (workspace as WorkspaceId) : null;
}

/** The caller names the type of the body: the one it put under this kind. */
export function docRowOf<Body>(row: Row): DocRow<Body> {
  return {
    kind: docKindOf(row.kind),
    id: String(row.id),
    workspace: String(row.workspace) as WorkspaceId,
    parent: row.parent === null ? null : String(row.parent),
    createdAt: Number(row.created_at),
    archived: row.archived === 1,
    revision: Number(row.revision),
    position: Number(row.position),
    body: JSON.parse(String(row.body)) as Body,
  };
}

export function inboxOf(session: LogId, bodies: readonly unknown[]): InboxRow[] {
  return bodies.map((body) => ({ session, event: eventOf(body) }));
}

export function eventOf(body: unknown): SessionEvent {
  return JSON.parse(String(body)) as SessionEvent;
}

/** Of `session_id`, `seq`, `body` and `memo`. */
export function linesOf(rows: readonly Row[]): ChainLine[] {
  return rows.map((row) => ({
    session: String(row.session_id) as LogId,
    seq: Number(row.seq),
    body: String(row.body),
    memoText: row.memo === null ? null : String(row.memo),
  }));
}

export function toolCallOf(row: Row): ToolCall {
  return {
    session: String(row.session_id) as SessionId,
    toolUse: String(row.tool_use_id) as EventId,
    state: String(row.state) as ToolCall['state'],
    epoch: Number(row.epoch),
    startedAt: Number(row.started_at),
  };
}

export function numberOrNull(cell: unknown): number | null {
  return cell === null ? null : Number(cell);
}
