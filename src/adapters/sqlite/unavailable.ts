/** What SQLite says, as what the operator can do about it. */
import { IncidentsUnavailable } from '../../sre/ports/incidents.ts';

const ADVICE: Readonly<Record<string, string>> = {
  SQLITE_BUSY: 'another program keeps it locked: close whatever else has the file open (a shell, a backup)',
  SQLITE_CANTOPEN: 'the file cannot be opened: check that the data directory exists and is writable',
  SQLITE_CORRUPT: 'the file is damaged: stop the server, keep a copy of the data directory, and restore a backup',
  SQLITE_FULL: 'the disk is full: free some space; the server goes on by itself',
  SQLITE_IOERR: 'reading or writing the disk failed: check the disk and the system log',
  SQLITE_NOTADB: 'vigil.db is no SQLite database: choose another data directory, or restore a backup',
  SQLITE_PERM: 'the file may not be accessed: give the user that runs this server read and write permission',
  SQLITE_READONLY: 'it is read-only: make the data directory and its files writable, or choose another one',
};

export function unavailable(error: Error): IncidentsUnavailable {
  const code = 'code' in error ? String(error.code) : '';
  const advice = ADVICE[code];
  const why = advice === undefined ? error.message : `${advice} (${error.message})`;
  return new IncidentsUnavailable(`the incident database cannot be used: ${why}`, { cause: error });
}
