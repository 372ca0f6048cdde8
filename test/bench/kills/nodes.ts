import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Anthropic from '@anthropic-ai/sdk';
import { checkPostgres, openPostgres } from '../../../src/core/adapters/postgres/index.ts';
import { type Life, live, type MortalOrder } from '../../kit/mortal-life.ts';
import { newWork } from '../../kit/mortal-work.ts';
import { freshSchema, startPostgres } from '../../kit/real-postgres.ts';
import { type Held, witnessOf } from './takeover.ts';
import { judgeAll, type Verdict } from './verdict.ts';

const LEASE_MS = 2_000;
const REST_MS = 600;
/** One of so many kills is a freeze beyond the lease, ended when others have gone on. */
const FREEZE_EVERY = 10;

/** Servers on one database; one after the other is killed or frozen while the others live, and another takes its place. */
export async function killsOnNodes(
  kills: number,
  count: number,
  random: () => number,
  tell: (killed: number) => void = () => undefined,
): Promise<Verdict> {
  const home = await mkdtemp(join(tmpdir(), 'vigil-kills-'));
  const effects = join(home, 'effects');
  const server = await startPostgres({ durable: true });
  const schema = freshSchema();
  const masterKey = randomBytes(32).toString('base64');
  const work = newWork(effects);
  const alive = new Map<Life, Anthropic>();
  let born = 0;
  async function add(): Promise<void> {
    born += 1;
    const name = `node${born}`;
    const database = { url: server.url, schema, leaseMs: LEASE_MS };
    const order: MortalOrder = { name, dataDir: join(home, name), apiKey: 'mortal', masterKey, database, effects };
    const life = live(order);
    const client = await life.client;
    if (client === null) throw new Error(`${name} did not listen: ${life.stderr()}`);
    alive.set(life, client);
  }
  const stop = new AbortController();
  try {
    await add();
    await Promise.all(Array.from({ length: count - 1 }, add));
    const witness = await witnessOf(server.url, schema);
    const sending = work.send(() => [...alive.values()], stop.signal);
    const takeovers: number[] = [];
    const frozen: Held[] = [];
    for (let killed = 0; killed < kills; killed++) {
      await sleep(random() * REST_MS);
      const lives = [...alive.keys()];
      const victim = lives[Math.floor(random() * lives.length)];
      if (victim === undefined) throw new Error('nobody is left');
      alive.delete(victim);
      if (killed % FREEZE_EVERY === FREEZE_EVERY - 1) {
        victim.signal('SIGSTOP');
        const held = await witness.heldBy(victim);
        for (const { session } of held) work.retire(session);
        await witness.takenOver(held);
        const asleep = await witness.now(held);
        victim.signal('SIGCONT');
        // What it wanted to write it wants to write now.
        await sleep(500);
        frozen.push(...(await witness.notTakenAgain(asleep, victim)));
      } else {
        const held = await witness.heldBy(victim);
        victim.signal('SIGKILL');
        takeovers.push(...(await witness.takenOver(held)));
      }
      victim.signal('SIGKILL');
      await victim.ended;
      await add();
      tell(killed + 1);
    }
    stop.abort();
    await sending;
    const [[, survivor] = []] = [...alive];
    if (survivor === undefined) throw new Error('nobody is left');
    await work.settle(survivor, 120);
    const late = await witness.writtenLate(frozen);
    await witness.close();
    for (const life of alive.keys()) life.signal('SIGTERM');
    await Promise.all([...alive.keys()].map(({ ended }) => ended));
    const opened = await openPostgres({ url: server.url, schema, clock: { now: Date.now } });
    const verdict = await judgeAll({ ...opened, work, kills });
    await opened.store.close();
    const { faults } = await checkPostgres({ url: server.url, schema });
    return {
      ...verdict,
      takeovers,
      faults: [...verdict.faults, ...late, ...faults.map((fault) => JSON.stringify(fault))],
    };
  } finally {
    stop.abort();
    for (const life of alive.keys()) life.signal('SIGKILL');
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
}
