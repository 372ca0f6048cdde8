/**
 * One connection to the server, as the adapter uses it, with a clear end when it is lost. Statements are carried out one after
 * the other, and sent without waiting for the answers to those before them: those of one moment are one packet.
 */
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Notification } from 'pg';
import { ConnectionLost, clientOptions, lostOr, type Place, settingsOf } from '../../../lib/postgres.ts';

export type Row = Readonly<Record<string, unknown>>;
type Cell = string | number | null;
export type Value = Cell | Uint8Array | readonly Cell[];

export interface Connection {
  /** Runs one statement and answers its rows. */
  query(sql: string, values?: readonly Value[]): Promise<Row[]>;
  /** Runs statements that take no parameters and answers the rows of the last. */
  script(sql: string): Promise<Row[]>;
  /** Ends a transaction. Rejects when a statement of it had failed, so that the server kept nothing. */
  commit(options: { synced: boolean }): Promise<void>;
  onNotice(listener: (payload: string) => void): void;
  /** Called once, when the connection is over, whoever ended it. */
  onEnd(listener: () => void): void;
  isOpen(): boolean;
  close(): Promise<void>;
}

const CLOSE_MS = 1_000;

export async function connect(place: Place, role: string): Promise<Connection> {
  const socket = new Socket();
  const client = new Client({ ...clientOptions(place, role), stream: () => socket, pipeline: true });
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
  let gathering = false;
  function gather(): void {
    if (gathering) return;
    gathering = true;
    socket.cork();
    process.nextTick(() => {
      gathering = false;
      socket.uncork();
    });
  }
  /** The answer to the last of what was asked. */
  async function answered(ask: () => Promise<unknown>): Promise<unknown> {
    gather();
    try {
      const answer = await ask();
      return Array.isArray(answer) ? answer.at(-1) : answer;
    } catch (error) {
      const told = lostOr(error);
      if (told instanceof ConnectionLost) end();
      throw told;
    }
  }
  return {
    query: async (sql, values = []) =>
      rowsOf(await answered(() => client.query({ text: sql, values: [...values], name: nameOf(sql) }))),
    script: async (sql) => rowsOf(await answered(() => client.query(sql))),
    async commit({ synced }) {
      const answer = await answered(() => client.query(synced ? 'COMMIT' : COMMIT_UNSYNCED));
      if (!isCommit(answer))
        throw new Error('A statement of the transaction had failed: the server took all of it back.');
    },
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
      // What still waits for an answer would keep it from ending.
      await Promise.race([client.end().catch(() => undefined), sleep(CLOSE_MS, undefined, { ref: false })]);
      socket.destroy();
    },
  };
}

const COMMIT_UNSYNCED = 'SET LOCAL synchronous_commit = off; COMMIT';

/** Of a transaction that cannot be committed the server says that it was rolled back, and not that this is an error. */
function isCommit(answer: unknown): boolean {
  return (answer as { command: string }).command === 'COMMIT';
}

/** The rows of an answer. */
export function rowsOf(answer: unknown): Row[] {
  return (answer as { rows: Row[] }).rows;
}

const names = new Map<string, string>();

/** The statements of the adapter are few and fixed, so each is planned once per connection. */
function nameOf(sql: string): string {
  const name = names.get(sql) ?? `s${names.size + 1}`;
  names.set(sql, name);
  return name;
}
