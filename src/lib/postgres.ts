/** What is to be known of a PostgreSQL server by whoever talks to one, whatever they keep there. */

/** Where tables are. */
export interface Place {
  url: string;
  /** Everything is kept in this schema, which is made when missing. */
  schema: string;
}

/** The way to the server is gone: whatever was under way has to be asked about or done again. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** Longer than this no statement of ours takes; an answer that does not come means that the network is gone. */
const ANSWER_MS = 30_000;
const CONNECT_MS = 5_000;

/**
 * What the server is to do about a connection by itself: a process that stands still inside a transaction loses it and its
 * row locks, and nothing waits for ever.
 */
const SETTINGS = `SET statement_timeout = '25s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '5s';
  SET tcp_user_timeout = '10s'; SET client_min_messages = 'warning'`;

/** `role` is what the server's list of connections shows. */
export function clientOptions({ url }: Place, role: string) {
  return {
    connectionString: url,
    application_name: `vigil ${role}`,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
  };
}

/** Said once on each new connection. */
export function settingsOf({ schema }: Pick<Place, 'schema'>): string {
  return `${SETTINGS}; SET search_path TO ${quoted(schema)}`;
}

/** Of connections that are lent out one by one, so many at most; each is told the settings once. */
export function poolOptions(place: Place, role: string, max: number) {
  return {
    ...clientOptions(place, role),
    max,
    idleTimeoutMillis: 60_000,
    allowExitOnIdle: true,
    onConnect: (client: { query(sql: string): Promise<unknown> }) =>
      client.query(settingsOf(place)).then(() => undefined),
  };
}

export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** Without a code the server has not spoken: the answer is lost, and with it the order of what comes after. */
export function lostOr(error: unknown): unknown {
  if (hasCode(error) || !(error instanceof Error)) return error;
  return new ConnectionLost(error.message || error.name, { cause: error });
}

export function hasCode(error: unknown): error is Error & { code: string } {
  // Codes of the server are five characters; those of the operating system, like ECONNRESET, are not.
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)
  );
}

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

/** What the operator can do about an outage; null for an error that is none. */
export function adviceFor(error: unknown): string | null {
  const code = hasCode(error) ? error.code : isLost(error) ? '08006' : null;
  return code === null ? null : (ADVICE.find(([pattern]) => pattern.test(code))?.[1] ?? null);
}

/** The connection is gone, or was never there; what was under way on it has to be asked about or done again. */
export function isLost(error: unknown): error is Error {
  return error instanceof ConnectionLost || (hasCode(error) && /^08|^57P0[123]$|^25P03$/.test(error.code));
}

/** The transaction may be tried again as it was: somebody else's came in between. */
export function isContended(error: unknown): boolean {
  return hasCode(error) && /^40001$|^40P01$/.test(error.code);
}
