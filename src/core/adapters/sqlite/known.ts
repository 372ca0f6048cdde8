import type { LogId } from '../../ids.ts';
import { docKey, type SessionRow, type Writes } from '../sql/plan.ts';
import type { FileLedger } from './ledger.ts';

/** Of each kind; what was written longest ago is forgotten first, and read again when it is needed. */
const KNOWN_MAX = 8_192;

/**
 * What the writer knows of the file without reading it: nobody else writes there. Whoever changes the row of an owner tells
 * of it here; after a failure nothing is known any more. Grows until it is trimmed.
 */
export interface Known {
  session(id: LogId): SessionRow | undefined;
  revision(key: string): number | undefined;
  ledger(): FileLedger | null;
  /** As the rows stand now. */
  learn(sessions: Iterable<SessionRow>): void;
  learnRevision(key: string, revision: number): void;
  learnLedger(ledger: FileLedger): void;
  /** What a group has just written. */
  wrote(writes: Writes): void;
  /** Between two groups: down to what is worth keeping. */
  trim(): void;
  forgetAll(): void;
}

export function createKnown(): Known {
  const sessions = new Map<LogId, SessionRow>();
  const revisions = new Map<string, number>();
  let ledger: FileLedger | null = null;

  const known: Known = {
    session: (id) => sessions.get(id),
    revision: (key) => revisions.get(key),
    ledger: () => ledger,
    learn(rows) {
      for (const row of rows) keep(sessions, row.id, row);
    },
    learnRevision: (key, revision) => keep(revisions, key, revision),
    learnLedger(read) {
      ledger = read;
    },
    wrote(writes) {
      for (const { kind, id } of writes.removes) revisions.delete(docKey(kind, id));
      for (const id of writes.erases) sessions.delete(id);
      known.learn(writes.sessions.values());
      for (const [key, { revision }] of writes.puts) keep(revisions, key, revision);
      if (ledger !== null && writes.ledger !== null) ledger = { ...ledger, ...writes.ledger };
    },
    trim() {
      dropOldest(sessions);
      dropOldest(revisions);
    },
    forgetAll() {
      sessions.clear();
      revisions.clear();
      ledger = null;
    },
  };
  return known;
}

function keep<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.delete(key);
  map.set(key, value);
}

function dropOldest<Key>(map: Map<Key, unknown>): void {
  for (const oldest of map.keys()) {
    if (map.size <= KNOWN_MAX) return;
    map.delete(oldest);
  }
}
