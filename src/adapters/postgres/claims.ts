/** Claims as rows that belong to a node, and are as good as the node is alive. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Claim, Claims } from '../../sre/ports/claims.ts';
import { among } from '../sql/connection.ts';
import type { Hearing } from './hearing.ts';
import type { Statements } from './pool.ts';

/** Who holds more lets those that hold less go first: the later by this much for each claim. */
const COURTESY_MS = 20;
const COURTESY_MAX_MS = 400;
/** Who holds a key is asked again after so long, though nobody said that it was given back. */
const OTHERS_MS = 15_000;

interface Own extends Claim {
  end(): void;
}

export interface PostgresClaims extends Claims {
  /** What was held by this node is not any more. */
  lost(): void;
  /** Claims of others may have been given back. */
  freed(): void;
}

export function postgresClaims({ ask }: Pick<Statements, 'ask'>, hearing: Hearing): PostgresClaims {
  const mine = new Map<string, Own>();
  /** Held by others when last asked, and when that was. */
  const others = new Map<string, number>();
  let freed = 0;
  const asking = new Map<string, Promise<Claim | null>>();
  /** What is given back is gone from the table before it is asked for again. */
  let releasing: Promise<void> = Promise.resolve();
  let closed = false;

  async function request(key: string): Promise<Claim | null> {
    await releasing;
    if (hearing.hasPeers()) await sleep(courtesy(mine.size), undefined, { ref: false });
    const node = hearing.self();
    const before = freed;
    if (node === null || closed) return null;
    const { rows } = await ask(TAKE, [key, node.id, key]);
    const holder = rows[0]?.node;
    if (holder === undefined) return null;
    if (Number(holder) !== node.id) {
      if (freed === before) others.set(key, Date.now());
      return null;
    }
    // Asked once more: the answer may have come after the end of the node that it was for.
    return node.alive() && hearing.self()?.id === node.id ? own(key, node.alive) : null;
  }

  function own(key: string, alive: () => boolean): Claim {
    const over = new AbortController();
    const claim: Own = {
      signal: over.signal,
      holds: () => !over.signal.aborted && alive(),
      end: () => over.abort(),
    };
    mine.set(key, claim);
    return claim;
  }

  function end(keys: Iterable<string>): void {
    for (const key of [...keys]) {
      mine.get(key)?.end();
      mine.delete(key);
    }
  }

  return {
    async take(key) {
      const held = mine.get(key);
      if (held !== undefined) return held.holds() ? held : null;
      if (closed || Date.now() - (others.get(key) ?? 0) < OTHERS_MS) return null;
      const already = asking.get(key);
      if (already !== undefined) return await already;
      const fresh = request(key).finally(() => asking.delete(key));
      asking.set(key, fresh);
      return await fresh;
    },
    held: () => [...mine.keys()],
    async release(keys) {
      const node = hearing.self();
      const own = keys.filter((key) => mine.has(key));
      end(own);
      if (node === null || own.length === 0) return;
      const gone = ask(`DELETE FROM claims WHERE node = ? AND ${among('key', own)}`, [node.id, ...own]).then(() =>
        hearing.say({ of: 'claims' }),
      );
      releasing = Promise.all([releasing, gone.catch(() => undefined)]).then(() => undefined);
      await gone;
    },
    freed() {
      freed += 1;
      others.clear();
    },
    lost() {
      end(mine.keys());
      others.clear();
    },
    async close() {
      closed = true;
      end(mine.keys());
      const node = hearing.self();
      if (node === null) return;
      await ask('DELETE FROM claims WHERE node = ?', [node.id]).catch(() => undefined);
      await hearing.say({ of: 'anything' });
    },
  };
}

/** Of those that hold the same, not always the same one goes first. */
function courtesy(held: number): number {
  return Math.min(held * COURTESY_MS, COURTESY_MAX_MS) + Math.random() * COURTESY_MS;
}

const TAKE = `WITH taken AS (
    INSERT INTO claims (key, node) SELECT ?, id FROM nodes WHERE id = ? AND until > clock_timestamp()
    ON CONFLICT DO NOTHING RETURNING node)
  SELECT node FROM taken UNION ALL SELECT node FROM claims WHERE key = ?`;
