/** One connection to the server, as the adapter uses it: statements one after the other, and a clear end when it is lost. */
import { Socket } from 'node:net';
import { Client, type Notification } from 'pg';

export type Row = Readonly<Record<string, unknown>>;
type Cell = string | number | null;
export type Value = Cell | Uint8Array | readonly Cell[];

/** Where the tables are. */
export interface Place {
  url: string;
  /** Everything is kept in this schema, which is made when missing. */
  schema: string;
}

export interface Connection {
  /** Runs one statement and answers its rows. */
  query(sql: string, values?: readonly Value[]): Promise<Row[]>;
  /** Runs statements that take no parameters and answers the rows of the last. */
  script(sql: string): Promise<Row[]>;
  onNotice(listener: (payload: string) => void): void;
  /** Called once, when the connection is over, whoever ended it. */
  onEnd(listener: () => void): void;
  isOpen(): boolean;
  close(): Promise<void>;
}

/** The way to the server is gone: whatever was under way has to be asked about or done again. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** Longer than this no statement of ours takes; an answer that does not come means that the network is gone. */
const ANSWER_MS = 30_000;
const CONNECT_MS = 5_000;

/**
 * What the server is to do about this connection by itself: a process that stands still inside a transaction loses it
 * and its row locks, and nothing waits for ever.
 */
const SETTINGS = `SET statement_timeout = '25s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '5s';
  SET tcp_user_timeout = '10s'; SET client_min_messages = 'warning'`;

export function clientOptions(place: Place, role: string): ConstructorParameters<typeof Client>[0] & object {
  return {
    connectionString: place.url,
    application_name: `vigil ${role}`,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
  };
}

export function settingsOf({ schema }: Place): string {
  return `${SETTINGS}; SET search_path TO ${quoted(schema)}`;
}

export async function connect(place: Place, role: string): Promise<Connection> {
  const socket = new Socket();
  const client = new Client({ ...clientOptions(place, role), stream: () => socket });
  let open = true;
  const ended: (() => void)[] = [];
  const end = () => {
    if (!open) return;
    open = false;
    socket.destroy();
    for (const listener of ended) listener();
  };
  client.on('error', end);
  client.on('end', end);
  try {
    await client.connect();
    await client.query(settingsOf(place));
  } catch (error) {
    end();
    throw lostOr(error);
  }
  let before: Promise<unknown> = Promise.resolve();
  async function answered(ask: () => Promise<unknown>): Promise<Row[]> {
    const mine = before.then(ask, ask);
    before = mine;
    try {
      const answer = await mine;
      return rowsOf(Array.isArray(answer) ? answer.at(-1) : answer);
    } catch (error) {
      const told = lostOr(error);
      if (told instanceof ConnectionLost) end();
      throw told;
    }
  }
  return {
    query: (sql, values = []) => answered(() => client.query({ text: sql, values: [...values], name: nameOf(sql) })),
    script: (sql) => answered(() => client.query(sql)),
    onNotice(listener) {
      client.on('notification', ({ payload }: Notification) => listener(payload ?? ''));
    },
    onEnd(listener) {
      if (open) ended.push(listener);
      else listener();
    },
    isOpen: () => open,
    async close() {
      ended.length = 0;
      open = false;
      await client.end().catch(() => undefined);
      socket.destroy();
    },
  };
}

/** The rows of an answer. */
export function rowsOf(answer: unknown): Row[] {
  return (answer as { rows: Row[] }).rows;
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

const names = new Map<string, string>();

/** The statements of the adapter are few and fixed, so each is planned once per connection. */
function nameOf(sql: string): string {
  const name = names.get(sql) ?? `s${names.size + 1}`;
  names.set(sql, name);
  return name;
}
