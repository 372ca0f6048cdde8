/** The alert comes from a machine that plays a user, and the users themselves are fine. */
import type { Finding } from '../finding.ts';
import { lineClaims, logClaims, symptomClaims } from './claims.ts';
import { clock } from './clock.ts';
import type { Judgement } from './judgement.ts';
import { flat, isFlat, isStuck } from './movement.ts';
import { subject } from './naming.ts';
import { ruledOutChanges } from './rule-out.ts';
import type { Scene } from './scene.ts';
import { moved, type Signal } from './signals.ts';
import { SIGNED } from './words.ts';

/** Only when users' own signals were seen and none of them moved with the alert: absence of data proves nothing. */
export function usersAreFine(scene: Scene, { symptom }: Judgement): boolean {
  if (!scene.probe || symptom?.role !== 'probe' || !moved(symptom, 0.3)) return false;
  const users = userSignals(scene);
  return users.length >= 2 && users.filter((signal) => hurtsUsers(signal, symptom)).length === 0;
}

function userSignals(scene: Scene): Signal[] {
  return scene.signals.filter(
    (signal) =>
      ['traffic', 'latency', 'errors'].includes(signal.role) &&
      (signal.service === scene.service || scene.up.has(signal.service ?? '')) &&
      signal.fact.stats !== null &&
      !signal.fact.stale &&
      !isStuck(signal.fact),
  );
}

/** Worse since about the moment the probe changed. */
function hurtsUsers(signal: Signal, symptom: Signal): boolean {
  if (isFlat(signal)) return false;
  const { change } = signal.fact;
  if (change === null || !moved(signal)) return false;
  const worse = signal.role === 'traffic' ? change.to < 0.8 * change.from : change.to > 1.25 * change.from;
  const probe = Date.parse(symptom.fact.change?.at ?? '');
  return worse && Math.abs(Date.parse(change.at) - probe) < 30 * 60_000;
}

export function writeNoImpact(scene: Scene, judgement: Judgement): Finding {
  const { symptom } = judgement;
  const at = symptom?.fact.change?.at ?? scene.alertAt;
  const shown = telling(scene, userSignals(scene).filter(isFlat)).slice(0, 7);
  const owner = symptom?.service ?? null;
  const service = scene.service ?? 'the service';
  const check = symptom === null ? 'the check' : subject(symptom);
  return {
    outcome: 'no_impact',
    summary: `Fix the check, not ${service}: users are fine. Only ${check} moved, at ${clock(at, scene)} UTC; requests, errors and response times of real users did not. ${SIGNED}`,
    cause: {
      service: owner,
      change_id: null,
      kind: 'probe',
      mechanism: `The check itself fails from ${clock(at, scene)} on. What it calls broken goes on working for real users, by every signal of their own requests.`,
    },
    trigger: null,
    onset: new Date(at).toISOString(),
    confidence: shown.length >= 3 ? 'high' : 'medium',
    blast_radius: 'No users. Until it is repaired the check sees nothing.',
    claims: [
      ...(symptom === null ? [] : symptomClaims(scene, symptom)),
      ...shown.map((signal) => ({ text: `${owned(signal)}${flat(signal, scene)}.`, evidence: [signal.evidence] })),
      ...logClaims(scene, [owner]),
      ...lineClaims(scene, owner),
    ],
    ruled_out: ruledOutChanges(scene, judgement, null, shown.slice(0, 2)),
    suspects: [],
    proposed_actions: [
      {
        title: 'Repair or silence the check',
        reversible: true,
        temporary: false,
        why: 'It pages people while nobody is affected. Nothing else needs to be done or undone.',
      },
    ],
    would_change_my_mind: `Errors, slower answers or fewer requests of real users after ${clock(at, scene)}, or complaints.`,
    could_not_access: scene.missing,
  };
}

function owned({ service }: Signal): string {
  return service === null ? 'Users: ' : `Users of ${service}: `;
}

/** The service itself before its callers; series with something in them before zeros; one for each metric and role. */
function telling(scene: Scene, users: readonly Signal[]): Signal[] {
  const order = ['traffic', 'latency', 'errors'];
  const weight = (signal: Signal): number =>
    (signal.service === scene.service ? 0 : 3) +
    (signal.fact.stats?.max === 0 ? 4 : 0) +
    order.indexOf(signal.role) / 10;
  return users.toSorted((a, b) => weight(a) - weight(b) || a.id.localeCompare(b.id));
}
