/** When the newest trace began, of a server that cannot sort: found by looking at shorter and shorter times. Pure. */

const MINUTE = 60_000;
const FIRST = 5 * MINUTE;
const WIDER = 4;
const MOST_STEPS = 6;

/** `latest` tells when the last of some of the traces between two moments began; all in milliseconds. */
export async function newestBegin(
  { from, to }: { from: number; to: number },
  latest: (from: number, to: number) => Promise<number | null>,
): Promise<number | null> {
  let known: number | null = null;
  let end = to;
  for (let width = FIRST; known === null; width *= WIDER) {
    const start = Math.max(from, end - width);
    known = await latest(start, end);
    if (known !== null) break;
    if (start === from) return null;
    end = start;
  }
  // Nothing is newer than `end`; between what is known and there may be more, which were not among the first.
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const next: number = Math.floor(known / 1000 + 1) * 1000;
    const later = next >= end ? null : await latest(next, end);
    if (later === null || later <= known) return Math.min(known, to);
    known = later;
  }
  return Math.min(end, to);
}
