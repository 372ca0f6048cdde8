/** Reads logs from end to end and says which row is the first that is not what was written. */
import type { EventId, LogId } from '../../ids.ts';
import type { CheckOptions, LogCheck, LogFault } from '../../ports/log-check.ts';
import { type ChainLine, linkAfter, NO_HEAD, sumOf } from './chain.ts';
import { linesOf, numberOrNull } from './rows.ts';

type Row = Readonly<Record<string, unknown>>;

/** What the check asks of a database: rows as of one moment. */
export interface LogTables {
  /**
   * The next lines of all logs, or of one, in the order of log and number: `session_id seq id type processed_at body memo
   * hash`, and of the owner row `last` and `head`, null when there is none.
   */
  lines(after: { log: LogId | ''; seq: number }, limit: number): Promise<readonly Row[]>;
  /** Owner rows that count lines but have none, as `session_id` and `last`. */
  emptied(): Promise<readonly Row[]>;
  /** Sessions and threads that are documents but have neither owner row nor erasure, as `session_id`. */
  ownerless(): Promise<readonly Row[]>;
  /** The last hash of every log, those of erased ones among them, as `head` and `erased` (0 or 1). */
  heads(): Promise<readonly Row[]>;
}

const PAGE = 1_000;
const FAULTS_MAX = 100;

export async function checkLogs(tables: LogTables, { log }: CheckOptions): Promise<LogCheck> {
  const found = await readChains(tables);
  for (const { session_id, last } of await tables.emptied())
    found.faults.push(fault(asLog(session_id), 1, null, `lines 1 to ${Number(last)} are missing: all of them`));
  for (const { session_id } of await tables.ownerless())
    found.faults.push(fault(asLog(session_id), null, null, 'its log is gone, and no erasure tells of it'));
  const heads = log === undefined ? await tables.heads() : [];
  return {
    logs: found.logs,
    events: found.events,
    erased: heads.filter(({ erased }) => Number(erased) === 1).length,
    faults: found.faults.slice(0, FAULTS_MAX),
    truncated: found.faults.length > FAULTS_MAX,
    head: log === undefined ? sumOf(heads.map(({ head }) => String(head))) : found.chain.head,
  };
}

/** Of one log, as far as it has been read. */
interface Chain {
  log: LogId | '';
  seq: number;
  head: string;
  broken: boolean;
  row: Row;
}
interface Found {
  logs: number;
  events: number;
  faults: LogFault[];
  chain: Chain;
}

async function readChains(tables: LogTables): Promise<Found> {
  const found: Found = { logs: 0, events: 0, faults: [], chain: newChain('') };
  for (let more = true; more; ) {
    const { log, seq } = found.chain;
    const rows = await tables.lines({ log, seq }, PAGE);
    for (const [index, line] of linesOf(rows).entries()) take(found, line, rows[index] ?? {});
    more = rows.length === PAGE;
  }
  endChain(found);
  return found;
}

function take(found: Found, line: ChainLine, row: Row): void {
  if (line.session !== found.chain.log) {
    endChain(found);
    found.chain = newChain(line.session);
    found.logs += 1;
  }
  found.events += 1;
  const { chain } = found;
  const fault = chain.broken ? null : faultOf(chain, line, row);
  if (fault !== null) found.faults.push(fault);
  found.chain = { ...chain, seq: line.seq, head: String(row.hash), broken: chain.broken || fault !== null, row };
}

function endChain({ chain, faults }: Found): void {
  const fault = chain.broken || chain.seq === 0 ? null : faultAtEnd(chain);
  if (fault !== null) faults.push(fault);
}

function newChain(log: LogId | ''): Chain {
  return { log, seq: 0, head: NO_HEAD, broken: false, row: {} };
}

/** A line that follows well from the one before it is the one that was written there, unless all hashes were made anew. */
function faultOf(chain: Chain, line: ChainLine, row: Row): LogFault | null {
  const { session, seq } = line;
  const event = asEvent(row.id);
  const tell = (what: string) => fault(session, seq, event, what);
  if (row.last === null) return tell('it belongs to no session');
  if (seq > chain.seq + 1) {
    const gone = seq === chain.seq + 2 ? `line ${seq - 1} is` : `lines ${chain.seq + 1} to ${seq - 1} are`;
    return fault(session, chain.seq + 1, null, `${gone} missing`);
  }
  if (seq > Number(row.last)) return tell(`it was added: the log has ${Number(row.last)} lines`);
  if (linkAfter(chain.head, line) !== row.hash) return tell('it is not what was written, or not where it was written');
  return columnsAgree(line.body, row) ? null : tell('its columns are not what was written');
}

function faultAtEnd({ log, seq, head, row }: Chain): LogFault | null {
  const last = Number(row.last);
  if (seq < last) return fault(asLog(log), seq + 1, null, `lines after ${seq} are missing: the log had ${last}`);
  return head === row.head ? null : fault(asLog(log), seq, asEvent(row.id), 'it is not the last line that was written');
}

/** The columns that reads are narrowed by repeat what the body says. */
function columnsAgree(body: string, row: Row): boolean {
  const { id, type, processed_at: time } = Object(JSON.parse(body));
  const processedAt = typeof time === 'string' ? Date.parse(time) : null;
  const column = numberOrNull(row.processed_at);
  return id === row.id && type === row.type && (column === processedAt || Number.isNaN(processedAt));
}

function fault(log: LogId | null, seq: number | null, event: EventId | null, what: string): LogFault {
  return { log, seq, event, what };
}

/** Written by these adapters from values of these types; if not, it is named as it stands. */
function asLog(cell: unknown): LogId {
  return String(cell) as LogId;
}

function asEvent(cell: unknown): EventId {
  return String(cell) as EventId;
}
