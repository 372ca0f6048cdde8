/** What a runbook expects to be seen, against what is: signs in its front matter such as "traffic steady, saturation rises". */
import type { UsedRunbook } from '../finding.ts';
import { clock } from './clock.ts';
import type { Judgement } from './judgement.ts';
import { flat, isFlat, movement } from './movement.ts';
import { introduced } from './naming.ts';
import type { Scene } from './scene.ts';
import { moved, type Signal } from './signals.ts';

type Contradiction = UsedRunbook['contradicted'][number];

const SIGNS = /^.*\bsigns: *"?([a-z ,]+)"?/m;
const SIGN = /^(traffic|errors|latency|saturation|memory|cpu) (rises|steady)$/;
/** What moved by less is called steady by anybody who wrote it. */
const CLEARLY = 1.5;
const NEAR_MS = 45 * 60_000;

export interface Sign {
  role: string;
  does: string;
}

export function signsIn(runbook: string): Sign[] {
  const [, listed = ''] = SIGNS.exec(runbook) ?? [];
  return listed.split(',').flatMap((part): Sign[] => {
    const [, role, does] = SIGN.exec(part.trim()) ?? [];
    return role === undefined || does === undefined ? [] : [{ role, does }];
  });
}

/** Only what was measured contradicts: a sign of which there is no instrument is neither confirmed nor refuted. */
export function contradictions(runbook: string, scene: Scene, judgement: Judgement): Contradiction[] {
  return signsIn(runbook).flatMap(({ role, does }) => {
    const own = scene.signals.filter((signal) => signal.role === role && isOfAlert(signal, scene, judgement));
    const against = does === 'steady' ? restless(own, judgement) : calm(own);
    if (against === null) return [];
    const seen = does === 'steady' ? rose(against, scene) : `${flat(against, scene)}.`;
    return [{ says: `${role} ${does === 'steady' ? 'stays steady' : 'rises'}`, seen, evidence: [against.evidence] }];
  });
}

/** With its moment: without one nobody can compute it again. */
function rose(signal: Signal, scene: Scene): string {
  const { change } = signal.fact;
  return `${introduced(signal)} ${movement(signal)}${change === null ? '' : ` at ${clock(change.at, scene)}`}.`;
}

function isOfAlert(signal: Signal, scene: Scene, { focus }: Judgement): boolean {
  return !signal.copy && signal.service !== null && [scene.service, focus].includes(signal.service);
}

/** One that moved clearly when it all began, or later. */
function restless(signals: readonly Signal[], { onset }: Judgement): Signal | null {
  const begun = signals.find((signal) => {
    const { change } = signal.fact;
    if (change === null || onset === null || !moved(signal, 0.7)) return false;
    const ratio = change.to / change.from;
    return Date.parse(change.at) >= onset.at - NEAR_MS && (ratio > CLEARLY || ratio < 1 / CLEARLY);
  });
  return begun ?? null;
}

/** When all that was compared is flat, one of them. */
function calm(signals: readonly Signal[]): Signal | null {
  const compared = signals.filter(({ fact }) => fact.compared !== null);
  return compared.length > 0 && compared.every((signal) => isFlat(signal)) && !signals.some((signal) => moved(signal))
    ? (compared[0] ?? null)
    : null;
}
