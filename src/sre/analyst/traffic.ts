/** What more or fewer requests alone would do: a resource that grows as the traffic grows has not begun to leak. */
import type { Scene } from './scene.ts';
import { moved, type Signal } from './signals.ts';

const FOLLOWS = new Set(['saturation', 'cpu', 'memory', 'errors']);

export function explainedByTraffic(scene: Scene): Set<string> {
  const traffic = scene.signals.filter((signal) => signal.role === 'traffic' && signal.service !== null);
  const explained = scene.signals.filter((signal) => {
    if (!FOLLOWS.has(signal.role) || !moved(signal)) return false;
    const own =
      traffic.find((one) => one.service === signal.service) ?? traffic.find((one) => one.service === scene.service);
    return own !== undefined && follows(signal, own);
  });
  return new Set(explained.map((signal) => signal.id));
}

/** Same direction, and by at least half as much in proportion. */
function follows(signal: Signal, traffic: Signal): boolean {
  const mine = growth(signal);
  const theirs = growth(traffic);
  if (mine === null || theirs === null || Math.sign(mine) !== Math.sign(theirs)) return false;
  return Math.abs(theirs) > 0.1 && Math.abs(theirs) >= 0.5 * Math.abs(mine);
}

function growth({ fact }: Signal): number | null {
  const { before, after } = fact;
  const from = before?.median ?? 0;
  const to = after?.median ?? 0;
  return from > 0 && to > 0 ? Math.log(to / from) : null;
}
