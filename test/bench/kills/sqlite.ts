import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Anthropic from '@anthropic-ai/sdk';
import { checkSqlite, openSqlite } from '../../../src/core/adapters/sqlite/index.ts';
import { type Life, live, type MortalOrder } from '../../kit/mortal-life.ts';
import { newWork } from '../../kit/mortal-work.ts';
import { judgeAll, type Verdict } from './verdict.ts';

/** A life lasts this long at most after it began to listen; half of the kills come before. */
const LIFE_MS = 700;
const START_MS = 1_500;

/** One server on files, killed again and again at moments that `random` chooses: while it starts, works or rests. */
export async function killsOnSqlite(
  kills: number,
  random: () => number,
  tell: (killed: number) => void = () => undefined,
): Promise<Verdict> {
  const home = await mkdtemp(join(tmpdir(), 'vigil-kills-'));
  const dataDir = join(home, 'data');
  await mkdir(dataDir);
  const effects = join(home, 'effects');
  const masterKey = randomBytes(32).toString('base64');
  const order: MortalOrder = { name: 'core', dataDir, apiKey: 'mortal', masterKey, database: null, effects };
  const work = newWork(effects);
  let client: Anthropic | null = null;
  const stop = new AbortController();
  const sending = work.send(() => (client === null ? [] : [client]), stop.signal);
  const begun = () => [...work.accepted.values()].some((ids) => ids.length > 0);
  let startMs: number[] = [];
  let killed = 0;
  try {
    while (killed < kills) {
      const life = live(order);
      const began = performance.now();
      const listening = life.client.then((found) => {
        client = found;
        if (found !== null) startMs.push(performance.now() - began);
      });
      // One of eight does not live to listen.
      if (random() < 1 / 8) await sleep(random() * Math.min(START_MS, (startMs.at(-1) ?? START_MS) * 1.1));
      else await Promise.race([listening, life.ended.then(() => refuse(life))]).then(() => sleep(random() * LIFE_MS));
      // On a slow machine the first lives would all end before there is anything to lose.
      while (killed === 0 && !begun()) await Promise.race([sleep(10), life.ended.then(() => refuse(life))]);
      life.signal('SIGKILL');
      client = null;
      if ((await life.ended) !== 'SIGKILL') refuse(life);
      killed += 1;
      tell(killed);
    }
    stop.abort();
    await sending;
    const last = live(order);
    const survivor = await last.client;
    if (survivor === null) return refuse(last);
    await work.settle(survivor, 120);
    last.signal('SIGTERM');
    await last.ended;
    startMs = startMs.toSorted((a, b) => a - b);
    const { store, engine } = await openSqlite({ path: join(dataDir, 'core.db'), clock: { now: Date.now } });
    const verdict = await judgeAll({ store, engine, work, kills: killed });
    await store.close();
    const { faults } = await checkSqlite(join(dataDir, 'core.db'));
    return { ...verdict, faults: [...verdict.faults, ...faults.map((fault) => JSON.stringify(fault))] };
  } finally {
    stop.abort();
    await rm(home, { recursive: true, force: true });
  }
}

function refuse(life: Life): never {
  throw new Error(`${life.name} ended by itself or did not listen: ${life.stderr()}`);
}
