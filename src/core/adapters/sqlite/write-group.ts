import type { LogId } from '../../ids.ts';
import type { Change } from '../sql/change.ts';
import { docKey, type Outcome, planGroup, type Seen, type SessionRow, type Writes } from '../sql/plan.ts';
import { docKindOf, sessionRowOf } from '../sql/rows.ts';
import { WRITE } from './batch.ts';
import type { Connection } from './driver.ts';
import type { Known } from './known.ts';
import type { FileLedger } from './ledger.ts';

/**
 * Decides on what is known, reading the rest of what the changes depend on, and writes: one statement each, however many
 * changes. Answers the ledger as it stands when this is committed, null when nothing was written.
 */
export async function writeGroup(
  connection: Connection,
  known: Known,
  changes: readonly Change[],
  now: number,
): Promise<{ outcomes: Outcome[]; ledger: FileLedger | null }> {
  const seen = await lookUp(connection, known, changes);
  const { outcomes, writes } = planGroup(seen, changes, now);
  const columns = tables(writes, now);
  if (columns.some((rows) => rows.length > 0)) {
    await connection.run(
      WRITE,
      columns.map((rows) => JSON.stringify(rows)),
    );
    known.wrote(writes);
  }
  known.trim();
  return { outcomes, ledger: writes.ledger && known.ledger() };
}

/** Of what was written last nothing has to be read. */
async function lookUp(connection: Connection, known: Known, changes: readonly Change[]): Promise<Seen> {
  const logs = [...new Set(changes.flatMap(logsOf))];
  const documents = new Map(
    changes.flatMap((change) => change.puts.map(({ doc }) => [docKey(doc.kind, doc.id), [doc.kind, doc.id]] as const)),
  );
  const newLogs = logs.filter((id) => known.session(id) === undefined);
  const newDocuments = [...documents].filter(([key]) => known.revision(key) === undefined);
  if (newLogs.length + newDocuments.length > 0 || known.ledger() === null) {
    await read(
      connection,
      known,
      newLogs,
      newDocuments.map(([, names]) => names),
    );
  }
  return {
    ledger: known.ledger(),
    sessions: new Map(logs.flatMap((id) => pairOf(id, known.session(id)))),
    revisions: new Map([...documents.keys()].flatMap((key) => pairOf(key, known.revision(key)))),
  };
}

function pairOf<Key, Value>(key: Key, value: Value | undefined): [Key, Value][] {
  return value === undefined ? [] : [[key, value]];
}

async function read(
  connection: Connection,
  known: Known,
  logs: readonly LogId[],
  documents: readonly (readonly [kind: string, id: string])[],
): Promise<void> {
  const rows = await connection.all(READ, [JSON.stringify(logs), JSON.stringify(documents)]);
  for (const row of rows) {
    if (row.kind === 'ledger') {
      known.learnLedger({ commits: Number(row.seq), sum: String(row.head), database: String(row.id) });
    } else if (row.kind === null) {
      known.learn([sessionRowOf(row)]);
    } else {
      known.learnRevision(docKey(docKindOf(row.kind), String(row.id)), Number(row.revision));
    }
  }
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
