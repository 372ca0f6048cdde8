import { below, type Measure, measure } from './measure.ts';
import { startVigil } from './vigil-process.ts';

const STARTS = 5;

/** From the start of the process, on an empty data directory, to the first 200. */
export async function coldStart(): Promise<Measure[]> {
  const times: number[] = [];
  for (let i = 0; i < STARTS; i += 1) {
    const vigil = await startVigil();
    times.push(vigil.startMs);
    await vigil.stop();
  }
  return [measure('cold start to first 200', 'ms', [times], below(1000))];
}
