/** Watches, from the database, who holds what and when somebody else goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Life } from '../../kit/mortal-life.ts';

/** A session as it stood at one moment. */
export interface Held {
  session: string;
  seq: number;
  epoch: number;
  /** The server that held it, or had held it. */
  by: string;
}

const PATIENCE_MS = 20_000;

interface Standing {
  id: string;
  seq: string;
  epoch: string;
  held: boolean;
  due: boolean;
}

/** Another holder has written to it. */
function isTaken(now: Standing, before: Held | undefined): boolean {
  return before !== undefined && Number(now.epoch) > before.epoch && Number(now.seq) > before.seq;
}

/** It was at its end: nobody had to go on with it. */
function isDone({ held, due }: Standing): boolean {
  return !(held || due);
}

export async function witnessOf(url: string, schema: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`SET search_path TO ${schema}`);
  const standing = async (sessions: readonly string[]) =>
    (
      await client.query<Standing>(
        `SELECT id, seq, epoch, lease_until IS NOT NULL AS held, wake_at IS NOT NULL AS due FROM sessions WHERE id = ANY($1)`,
        [sessions],
      )
    ).rows;
  return {
    async heldBy({ pid, name }: Life): Promise<Held[]> {
      const { rows } = await client.query<{ id: string; seq: string; epoch: string }>(
        `SELECT s.id, s.seq, s.epoch FROM sessions AS s JOIN nodes AS n ON n.id = s.lease_owner
          WHERE s.lease_until IS NOT NULL AND n.name LIKE $1`,
        [`% ${pid}`],
      );
      return rows.map(({ id, seq, epoch }) => ({ session: id, seq: Number(seq), epoch: Number(epoch), by: name }));
    },
    /** For each session that somebody had to go on with: how long until they wrote. What was at its end is left out. */
    async takenOver(held: readonly Held[]): Promise<number[]> {
      const began = performance.now();
      const open = new Map(held.map((one) => [one.session, one]));
      const times: number[] = [];
      for (let now = 0; open.size > 0; now = performance.now() - began) {
        if (now > PATIENCE_MS) throw new Error(`nobody went on with ${[...open.keys()].join(', ')}`);
        const rows = await standing([...open.keys()]);
        const taken = rows.filter((row) => isTaken(row, open.get(row.id)));
        times.push(...taken.map(() => performance.now() - began));
        for (const { id } of [...taken, ...rows.filter(isDone)]) open.delete(id);
        await sleep(10);
      }
      return times;
    },
    /** The same sessions as they stand now. */
    async now(held: readonly Held[]): Promise<Held[]> {
      const rows = await standing(held.map(({ session }) => session));
      const by = held[0]?.by ?? '';
      return rows.map(({ id, seq, epoch }) => ({ session: id, seq: Number(seq), epoch: Number(epoch), by }));
    },
    /** Without those that the server has claimed anew, as it may. */
    async notTakenAgain(held: readonly Held[], life: Life): Promise<Held[]> {
      const again = new Set((await this.heldBy(life)).map(({ session }) => session));
      return held.filter(({ session }) => !again.has(session));
    },
    /** Lines that a server wrote to sessions it had lost, as sentences. */
    async writtenLate(held: readonly Held[]): Promise<string[]> {
      const late: string[] = [];
      for (const { session, seq, by } of held) {
        const { rows } = await client.query<{ seq: string }>(
          `SELECT seq FROM events WHERE session_id = $1 AND seq > $2 AND body LIKE $3`,
          [session, seq, `%"${by} is done"%`],
        );
        late.push(...rows.map((row) => `${by} wrote line ${row.seq} of ${session} after it had lost it`));
      }
      return late;
    },
    close: () => client.end(),
  };
}
