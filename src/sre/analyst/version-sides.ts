/** Two versions beside each other, or two variants: what runs in both cannot be the difference between them. */
import { plainLabel } from './labels.ts';
import { copyLabel } from './naming.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { moved, type Signal } from './signals.ts';
import { VARIANT_LABELS } from './vocabulary.ts';

const MINUTE = 60_000;

export interface Sides {
  /** `alike`: the older version suffers as much. `new_only`: the older version beside it stayed calm. */
  verdict: 'alike' | 'new_only';
  fresh: Signal;
  old: Signal;
}

/** What the version that a deploy brought does beside an older one that still serves. Null when that cannot be seen. */
export function sidesOf(scene: Scene, change: Change): Sides | null {
  if (change.kind !== 'deploy') return null;
  const own = scene.signals.filter(
    (one) =>
      one.copy &&
      one.service === change.service &&
      plainLabel(copyLabel(one) ?? '') === 'version' &&
      ['latency', 'errors'].includes(one.role),
  );
  const found = [...new Set(own.map(({ metric }) => metric))].flatMap((metric) =>
    sidesIn(
      own.filter((one) => one.metric === metric),
      Date.parse(change.time),
    ),
  );
  return found.find(({ verdict }) => verdict === 'new_only') ?? found[0] ?? null;
}

function sidesIn(versions: readonly Signal[], time: number): Sides[] {
  const live = versions.filter(({ fact }) => !fact.stale && fact.last_window !== null && fact.points.length >= 2);
  const begin = (one: Signal): number => Date.parse(one.fact.points[0]?.[0] ?? '');
  const fresh = live.find((one) => begin(one) - time >= -3 * MINUTE && begin(one) - time <= 20 * MINUTE);
  const old = live.find((one) => one !== fresh && begin(one) < time - 20 * MINUTE);
  if (fresh === undefined || old === undefined) return [];
  const [now, beside] = [levelOf(fresh), levelOf(old)];
  if (moved(old) && beside >= 0.55 * now) return [{ verdict: 'alike', fresh, old }];
  return now > 2 * beside && !moved(old) ? [{ verdict: 'new_only', fresh, old }] : [];
}

function levelOf({ fact }: Signal): number {
  return fact.last_window?.median ?? 0;
}

/** Of the variants of a service those that moved while another stayed calm; null when none can be told apart. */
export function movedVariants(scene: Scene, service: string | null): string[] | null {
  const own = scene.signals.filter(
    (one) => one.service === service && ['latency', 'errors'].includes(one.role) && variantOf(one) !== null,
  );
  const names = (some: readonly Signal[]): string[] => [...new Set(some.flatMap((one) => variantOf(one) ?? []))];
  if (names(own).length < 2) return null;
  const worse = names(own.filter((one) => moved(one) && (one.fact.change?.ratio ?? 9) > 1.5));
  return worse.length === names(own).length ? [] : worse;
}

/** One metric of both variants, where none stands out; empty when that cannot be seen. */
export function variantsAlike(scene: Scene, service: string | null): Signal[] {
  if (movedVariants(scene, service)?.length !== 0) return [];
  const own = scene.signals.filter((one) => one.service === service && variantOf(one) !== null);
  const groups = [...new Set(own.map(({ metric }) => metric))].map((metric) =>
    own.filter((one) => one.metric === metric && ['latency', 'errors'].includes(one.role)),
  );
  const alike = groups.find((group) => {
    const levels = group.map(levelOf);
    return group.length > 1 && Math.max(...levels) <= 1.5 * Math.min(...levels);
  });
  return alike?.slice(0, 4) ?? [];
}

export function variantOf({ fact }: Signal): string | null {
  return VARIANT_LABELS.map((label) => fact.labels[label]).find((value) => value !== undefined) ?? null;
}
