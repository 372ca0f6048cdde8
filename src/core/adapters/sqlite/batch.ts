/**
 * All a group of changes writes, as one statement: an insert into a view that exists on the connection of groups only, whose
 * trigger puts each column, a JSON array of rows, into its table. So a transaction is one way to the other thread and
 * back instead of ten.
 */
export const WRITE = 'INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';

/**
 * The cells of a row that arrived as a JSON array, read once for all of them (`jsonb_each`). Bodies travel as strings in it,
 * so their depth does not matter.
 */
function cells(count: number): string {
  return Array.from({ length: count }, (_, index) => `value ->> ${index}`).join(', ');
}

/** Deletes come first: what is removed and made again in one group stands as it was made. */
export const CREATE_BATCH = `
CREATE TEMP VIEW batch (removes, erases, erasures, sessions, puts, inbox, takes, events, tool_calls, ledger) AS
  SELECT '', '', '', '', '', '', '', '', '', '';
CREATE TEMP TRIGGER write_batch INSTEAD OF INSERT ON batch BEGIN
  DELETE FROM documents WHERE (kind, id) IN (SELECT value ->> 0, value ->> 1 FROM jsonb_each(NEW.removes));
  DELETE FROM sessions WHERE id IN (SELECT value ->> 0 FROM jsonb_each(NEW.erases));
  INSERT INTO erasures (session_id, seq, head, erased_at) SELECT ${cells(4)} FROM jsonb_each(NEW.erasures);
  INSERT INTO sessions (id, seq, head, epoch, lease_until, wake_at, woken, took, workspace)
    SELECT ${cells(9)} FROM jsonb_each(NEW.sessions) WHERE true
    ON CONFLICT (id) DO UPDATE SET
      seq = excluded.seq, head = excluded.head, wake_at = excluded.wake_at, woken = excluded.woken, took = excluded.took;
  INSERT INTO documents (kind, id, workspace, parent, created_at, archived, revision, body)
    SELECT ${cells(8)} FROM jsonb_each(NEW.puts) WHERE true
    ON CONFLICT (kind, id) DO UPDATE SET workspace = excluded.workspace, parent = excluded.parent,
      created_at = excluded.created_at, archived = excluded.archived, revision = excluded.revision, body = excluded.body;
  INSERT INTO inbox (session_id, id, body) SELECT ${cells(3)} FROM jsonb_each(NEW.inbox);
  DELETE FROM inbox WHERE (session_id, id) IN (SELECT value ->> 0, value ->> 1 FROM jsonb_each(NEW.takes));
  INSERT INTO events (session_id, seq, id, type, processed_at, body, memo, hash)
    SELECT ${cells(8)} FROM jsonb_each(NEW.events);
  INSERT INTO tool_calls (session_id, tool_use_id, state, epoch, started_at)
    SELECT ${cells(5)} FROM jsonb_each(NEW.tool_calls) WHERE true
    ON CONFLICT (session_id, tool_use_id) DO UPDATE SET state = excluded.state, epoch = excluded.epoch,
      started_at = CASE excluded.state WHEN 'started' THEN excluded.started_at ELSE started_at END;
  UPDATE ledger SET commits = value ->> 0, sum = value ->> 1 FROM jsonb_each(NEW.ledger);
END;`;
