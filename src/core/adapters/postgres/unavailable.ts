import { StoreUnavailable } from '../../ports/store.ts';
import { ConnectionLost, hasCode } from './connection.ts';

/** Codes that speak of the server or the way to it (https://www.postgresql.org/docs/15/errcodes-appendix.html). */
const ADVICE: readonly [code: RegExp, advice: string][] = [
  [/^57P0[123]$/, 'the PostgreSQL server is stopping or starting. Wait for it; this server goes on by itself'],
  [/^53100$/, 'the disk of the PostgreSQL server is full. Free some space there; this server goes on by itself'],
  [/^53300$/, 'the PostgreSQL server has no connection left. Raise max_connections, or run fewer nodes'],
  [/^53/, 'the PostgreSQL server is out of resources. Look into its log'],
  [/^58|^XX/, 'the PostgreSQL server reports an internal failure. Look into its log'],
  [/^25006$/, 'it takes no writes. DATABASE_URL must name the primary, not a standby'],
  [/^28/, 'it refuses the user or the password. Correct DATABASE_URL'],
  [/^3D000$/, 'there is no such database. Make it with createdb, or correct DATABASE_URL'],
  [/^42501$/, 'the user of DATABASE_URL may not do this. Grant it CREATE on the database'],
  [/^55P03$|^57014$|^25P03$/, 'it has kept this waiting too long. Look for long transactions and locks on it'],
  [/^08/, 'the connection to it is lost. This server goes on by itself when it is back'],
];

/** The connection is gone, or was never there; what was under way on it has to be asked about or done again. */
export function isLost(error: unknown): boolean {
  return error instanceof ConnectionLost || (hasCode(error) && /^08|^57P0[123]$|^25P03$/.test(error.code));
}

/** The transaction may be tried again as it was: somebody else's came in between. */
export function isContended(error: unknown): boolean {
  return hasCode(error) && /^40001$|^40P01$/.test(error.code);
}

export function isOutage(error: unknown): boolean {
  if (error instanceof StoreUnavailable || isLost(error)) return true;
  return hasCode(error) && ADVICE.some(([code]) => code.test(error.code));
}

/** The error callers see: outages become `StoreUnavailable` with advice, everything else stays what it is. */
export function toUnavailable(error: unknown): unknown {
  if (error instanceof StoreUnavailable || !isOutage(error) || !(error instanceof Error)) return error;
  const code = hasCode(error) ? error.code : '08006';
  const advice = ADVICE.find(([pattern]) => pattern.test(code))?.[1] ?? 'it does not answer';
  return new StoreUnavailable(`The database cannot be used: ${advice} (${error.message}).`, { cause: error });
}
