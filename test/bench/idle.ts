import { setTimeout as sleep } from 'node:timers/promises';
import { newSession, newWorkplace } from './client.ts';
import { below, type Measure, measure } from './measure.ts';
import { startVigil } from './vigil-process.ts';

const SETTLE_MS = 3000;
const SESSIONS = 200;
const WATCH_MS = 2000;
const ROUNDS = 3;

/** What a server costs that has nothing to do: its memory after the start, its processor time with sessions at rest. */
export async function idle(): Promise<Measure[]> {
  const vigil = await startVigil();
  await sleep(SETTLE_MS);
  const memory = await vigil.rssMb();
  const workplace = await newWorkplace(vigil);
  for (let i = 0; i < SESSIONS; i += 1) await newSession(workplace);
  await sleep(SETTLE_MS);
  const rounds: number[][] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    const used = await vigil.cpuMs();
    const began = performance.now();
    await sleep(WATCH_MS);
    rounds.push([((await vigil.cpuMs()) - used) / ((performance.now() - began) / 1000)]);
  }
  await vigil.stop();
  return [
    measure('resident memory when idle', 'MB', [[memory]], below(150)),
    measure(`${SESSIONS} sessions at rest, processor`, 'ms/s', rounds, below(10)),
  ];
}
