/** A change that cannot simply be taken back: what the older version reads was dropped with it. */
import { changedLines } from './read-diff.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';

const HOUR = 3_600_000;
const DROPS = /\bdrop\s+(column|table|type|view)\b/i;

/** The migration that went with it; null when a revert meets what it expects. */
export function oneWay(scene: Scene, change: Change): Change | null {
  if (change.kind !== 'deploy') return null;
  const near = new Set([change.service, ...(scene.calls.get(change.service ?? '') ?? [])]);
  const found = scene.changes.find((one) => {
    if (one.kind !== 'migration' || !near.has(one.service)) return false;
    const diff = scene.diffs.get(one.id);
    const close = Math.abs(Date.parse(one.time) - Date.parse(change.time)) <= HOUR;
    return close && diff != null && changedLines(diff).added.some((line) => DROPS.test(line));
  });
  return found ?? null;
}
