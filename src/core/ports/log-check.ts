/** What a reading of the logs from end to end has found. `test/contract/log-check.ts` binds every adapter. */
import type { EventId, LogId } from '../ids.ts';

export interface LogCheck {
  /** Logs that have lines: sessions and threads. */
  logs: number;
  events: number;
  /** Logs that were erased, of which only their length and last hash are kept. */
  erased: number;
  /** The first broken row of each log, in the order of the logs, at most 100; then what concerns all of them. */
  faults: LogFault[];
  /** There are more than are listed. */
  truncated: boolean;
  /** The last hash of the log that was asked for, or the sum of all: the same words say it is the same history. */
  head: string;
}

export interface LogFault {
  /** Null when it is about the database as a whole. */
  log: LogId | null;
  /** The broken row; null when it is about the log as a whole. */
  seq: number | null;
  event: EventId | null;
  what: string;
}

export interface CheckOptions {
  /** One log only; without it, all, and what they are together. */
  log?: LogId;
}
