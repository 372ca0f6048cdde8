/** A series as two columns, in time order: what thousands of them are read as, one after the other. */

export interface Columns {
  /** Milliseconds. */
  times: Float64Array;
  values: Float64Array;
}

/** Milliseconds of history that are enough to be read by the minute. */
const ENOUGH = 30 * 60_000;

/** Of what would be enough, the share that is known: one for nearly every system, less for one that is minutes old. */
export function knownShare(known: number): number {
  return Math.min(1, Math.max(0, known / ENOUGH));
}

/** Milliseconds between samples at which a history is read: a minute, and finer where less than enough is known. */
export function paceOf(known: number): number {
  return Math.max(1, Math.floor(60 * knownShare(known))) * 1000;
}

/** Mean of each step of `stepMs`, at the time of its last sample; coarser series stay as they are. O(n). */
export function thinned({ times, values }: Columns, stepMs: number): Columns {
  const outTimes = new Float64Array(times.length);
  const outValues = new Float64Array(times.length);
  let length = 0;
  let sum = 0;
  let count = 0;
  let step = Number.NaN;
  for (let i = 0; i < times.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    const time = times[i] ?? 0;
    const own = Math.floor(time / stepMs);
    if (own !== step) {
      if (count > 0) length += 1;
      sum = 0;
      count = 0;
      step = own;
    }
    sum += value;
    count += 1;
    outTimes[length] = time;
    outValues[length] = sum / count;
  }
  if (count > 0) length += 1;
  return { times: outTimes.subarray(0, length), values: outValues.subarray(0, length) };
}
