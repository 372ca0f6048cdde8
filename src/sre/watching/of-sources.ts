/** One signal, told of by several sources: which of them says whether it is back. Pure. */
import type { Recovery } from './recovery.ts';

/**
 * What alerted is where it moved; where nothing did, it may be anywhere. As long as it is away in one of these it is away,
 * and what one of them cannot tell is not called recovered.
 */
export function decisive<Told extends Recovery>(all: readonly Told[]): Told | undefined {
  const moved = all.filter((one) => one.is !== 'unknown' && one.moved);
  const asked = moved.length > 0 ? moved : all;
  const of = (is: Recovery['is']) => asked.find((one) => one.is === is);
  return of('away') ?? of('unknown') ?? of('back');
}
