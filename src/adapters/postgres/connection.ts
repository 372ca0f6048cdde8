import { createHash } from 'node:crypto';
import type { Changed } from '../../sre/ports/incidents.ts';
import { type Connection, listeners, type Writer } from '../sql/connection.ts';
import type { Hearing } from './hearing.ts';
import type { Statements } from './pool.ts';

/** The server takes up to 2,704 bytes in a row of an index, which may have several columns. */
const KEY_BYTES = 800;

/** What is committed here is told to the other nodes with the commit, and what they tell to whoever watches here. */
export function connectionOver({ ask, transaction }: Statements, hearing: Hearing): Connection {
  const heard = listeners();
  const last = new Map<string, Promise<void>>();
  hearing.onHeard((word) => {
    if (word.of !== 'claims') heard.tell(word, 'elsewhere');
  });

  async function write<Result>(alone: string, work: (writer: Writer) => Promise<Result>): Promise<Result> {
    let told: Changed[] = [];
    const result = await transaction(async (within) => {
      told = [];
      const writer: Writer = {
        run: within,
        all: async (sql, values) => (await within(sql, values)).rows,
        tell: (changed) => told.push(changed),
      };
      await within("SELECT pg_advisory_xact_lock(hashtext(current_schema() || ' writes'), hashtext(?))", [alone]);
      const done = await work(writer);
      for (const changed of told) await within('SELECT pg_notify(?, ?)', [hearing.channel, hearing.written(changed)]);
      return done;
    });
    for (const changed of told) heard.tell(changed, 'here');
    return result;
  }

  return {
    read: async (sql, values) => (await ask(sql, values)).rows,
    write(alone, work) {
      // Those of this process wait here, in their order, and not at the server for a lock that one of them has.
      const turn = (last.get(alone) ?? Promise.resolve()).then(() => write(alone, work));
      const settled = turn.then(
        () => undefined,
        () => undefined,
      );
      last.set(alone, settled);
      void settled.then(() => last.get(alone) === settled && last.delete(alone));
      return turn;
    },
    key: indexKey,
    watch: heard.add,
    close: async () => undefined,
  };
}

/** Of a long text its digest. */
export function indexKey(text: string): string {
  return Buffer.byteLength(text) <= KEY_BYTES ? text : `sha256 ${createHash('sha256').update(text).digest('hex')}`;
}
