import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSession, newWorkplace } from './client.ts';
import { below, type Measure, measure } from './measure.ts';
import { startVigil } from './vigil-process.ts';

const SESSIONS = 1_000;
const STARTS = 3;

/** From the start of the process on the files of one that was killed, with a thousand open sessions, to the first 200. */
export async function restart(): Promise<Measure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-bench-'));
  const first = await startVigil({}, { folder });
  const workplace = await newWorkplace(first);
  for (let i = 0; i < SESSIONS; i += 1) await newSession(workplace);
  await first.crash();
  const times: number[] = [];
  for (let i = 0; i < STARTS; i += 1) {
    const again = await startVigil({}, { folder });
    times.push(again.startMs);
    await (i === STARTS - 1 ? again.stop() : again.crash());
  }
  return [measure(`restart after a kill, ${SESSIONS} open sessions`, 'ms', [times], below(2_000))];
}
