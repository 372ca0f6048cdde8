import type { LogId } from '../../ids.ts';
import type { Change } from '../sql/change.ts';
import { docKey, type Outcome, planGroup, type Seen, type SessionRow, type Writes } from '../sql/plan.ts';
import { docKindOf, sessionRowOf } from '../sql/rows.ts';
import { WRITE } from './batch.ts';
import type { Connection } from './driver.ts';
import type { FileLedger } from './ledger.ts';

/**
 * Reads what the changes depend on, decides, and writes: one statement each, however many changes. Answers the ledger as
 * it stands when this is committed, null when nothing was written.
 */
export async function writeGroup(
  connection: Connection,
  changes: readonly Change[],
  now: number,
): Promise<{ outcomes: Outcome[]; ledger: FileLedger | null }> {
  const { database, ...seen } = await readSeen(connection, changes);
  const { outcomes, writes } = planGroup(seen, changes, now);
  const columns = tables(writes, now);
  if (columns.some((rows) => rows.length > 0)) {
    await connection.run(
      WRITE,
      columns.map((rows) => JSON.stringify(rows)),
    );
  }
  return { outcomes, ledger: writes.ledger && { ...writes.ledger, database } };
}

async function readSeen(connection: Connection, changes: readonly Change[]): Promise<Seen & { database: string }> {
  const logs = [...new Set(changes.flatMap(logsOf))];
  const documents = changes.flatMap((change) => change.puts.map(({ doc }) => [doc.kind, doc.id]));
  const rows = await connection.all(READ, [JSON.stringify(logs), JSON.stringify(documents)]);
  const ledger = rows.find((row) => row.kind === 'ledger');
  const sessions = rows.filter((row) => row.kind === null).map(sessionRowOf);
  const found = rows.filter((row) => row.kind !== null && row !== ledger);
  return {
    database: String(ledger?.id),
    ledger: { commits: Number(ledger?.seq), sum: String(ledger?.head) },
    sessions: new Map(sessions.map((row) => [row.id, row])),
    revisions: new Map(found.map((row) => [docKey(docKindOf(row.kind), String(row.id)), Number(row.revision)])),
  };
}

function logsOf(change: Change): LogId[] {
  const named = [...change.append, ...change.inbox].map(({ session }) => session);
  return [
    ...(change.fence ? [change.fence.session] : []),
    ...named,
    ...change.wakes,
    ...change.opens,
    ...change.erases,
  ];
}

const READ = `SELECT 'ledger' AS kind, NULL AS revision, database AS id, commits AS seq, sum AS head, 0 AS epoch,
    NULL AS lease_until, NULL AS wake_at, 0 AS woken, 0 AS took, '' AS workspace FROM ledger
  UNION ALL
  SELECT NULL, NULL, s.id, s.seq, s.head, s.epoch, s.lease_until, s.wake_at, s.woken, s.took, s.workspace
    FROM json_each(?) AS wanted CROSS JOIN sessions AS s ON s.id = wanted.value
  UNION ALL
  SELECT d.kind, d.revision, d.id, 0, '', 0, NULL, NULL, 0, 0, '' FROM json_each(?) AS wanted CROSS JOIN documents AS d
    ON d.kind = wanted.value ->> 0 AND d.id = wanted.value ->> 1`;

type Cell = string | number | null;

/** In the order of the batch's columns. */
function tables(writes: Writes, now: number): Cell[][][] {
  return [
    writes.removes.map(({ kind, id }) => [kind, id]),
    [...writes.erases].map((id) => [id]),
    writes.erasures.map(({ session, seq, head }) => [session, seq, head, now]),
    [...writes.sessions.values()].map(sessionCells),
    [...writes.puts.values()].map(documentCells),
    writes.inbox.map(({ session, id, body }) => [session, id, body]),
    writes.takes.map(({ session, id }) => [session, id]),
    writes.events.map(eventCells),
    writes.toolCalls.map((call) => [call.session, call.toolUse, call.state, call.epoch, now]),
    writes.ledger === null ? [] : [[writes.ledger.commits, writes.ledger.sum]],
  ];
}

function sessionCells(row: SessionRow): Cell[] {
  const flags = [row.woken ? 1 : 0, row.took ? 1 : 0];
  return [row.id, row.seq, row.head, row.epoch, row.leaseUntil, row.wakeAt, ...flags, row.workspace];
}

function documentCells({ doc, body, revision }: Change['puts'][number] & { revision: number }): Cell[] {
  return [doc.kind, doc.id, doc.workspace, doc.parent, doc.createdAt, doc.archived ? 1 : 0, revision, body];
}

function eventCells({ session, seq, event, body, memoText, hash }: Writes['events'][number]): Cell[] {
  const processedAt = event.processed_at === null ? null : Date.parse(event.processed_at);
  return [session, seq, event.id, event.type, processedAt, body, memoText, hash];
}
