/** The judgement in the form of a finding. Which of four stories it is: users are fine, a change, no change, nothing. */
import type { Finding } from '../finding.ts';
import { iso } from '../reading/window.ts';
import { agreeing, changeClaims, copyClaims, leadClaims, lineClaims, logClaims, symptomClaims } from './claims.ts';
import type { Judgement } from './judge.ts';
import { usersAreFine, writeNoImpact } from './no-impact.ts';
import { onsetNear } from './refine-onset.ts';
import { ruledOutChanges, ruledOutCircumstances } from './rule-out.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { moved, nameOf } from './signals.ts';
import { clock, movement, SIGNED } from './words.ts';

/** Share a change needs to be named as the cause, and to be named with confidence: then also twice its rival's. */
const NAMED = 0.45;
const SURE = 0.5;

export function writeFinding(scene: Scene, judgement: Judgement, runbook: string | null): Finding {
  if (usersAreFine(scene, judgement)) return bounded(writeNoImpact(scene, judgement));
  const best = judgement.ranking[0];
  const change = scene.changes.find((one) => one.id === best?.id) ?? null;
  const cause = change !== null && best !== undefined && best.score >= NAMED ? change : null;
  const base = common(scene, judgement, cause, runbook);
  if (judgement.onset === null || judgement.lead === null) return bounded(nothingMoved(scene, judgement, base));
  return bounded(
    cause === null ? noChange(scene, judgement, base) : changed(scene, judgement, base, cause, best?.score ?? 0),
  );
}

function common(scene: Scene, judgement: Judgement, cause: Change | null, runbook: string | null): Finding {
  const { lead, symptom, focus } = judgement;
  const claims = [
    ...(symptom === null ? [] : symptomClaims(scene, symptom)),
    ...(lead === null || lead === symptom ? [] : leadClaims(scene, lead)),
    ...agreeing(scene, judgement),
    ...(cause === null ? [] : changeClaims(scene, cause, judgement)),
    ...logClaims(scene, [scene.service, focus]),
    ...lineClaims(scene, scene.service),
    ...copyClaims(scene, lead),
  ];
  return {
    outcome: 'inconclusive',
    summary: '',
    cause: null,
    trigger: null,
    onset: null,
    confidence: 'low',
    blast_radius: blastRadius(scene),
    claims,
    ruled_out: [...ruledOutChanges(scene, judgement, cause?.id ?? null), ...ruledOutCircumstances(scene, judgement)],
    suspects: judgement.ranking
      .filter(({ score }) => score >= 0.005)
      .slice(0, 8)
      .map(({ id, score }) => ({ id: id ?? 'none', score: Number(score.toFixed(3)) })),
    proposed_actions:
      runbook === null
        ? []
        : [
            {
              title: `Runbook: ${runbook}`,
              reversible: true,
              temporary: false,
              why: 'It is written for this alert; where it contradicts the evidence above, the evidence counts.',
            },
          ],
    would_change_my_mind: '',
    could_not_access: scene.missing,
  };
}

function changed(scene: Scene, judgement: Judgement, base: Finding, change: Change, score: number): Finding {
  const { lead, symptom } = judgement;
  const onset = onsetNear(judgement, change);
  const rises = lead?.fact.change?.kind === 'slope';
  const where = change.service ?? judgement.focus ?? scene.service ?? 'the platform';
  const leadName = lead === null ? 'a signal' : nameOf(lead);
  const effect =
    symptom === null || symptom === lead ? '' : ` Users feel it as ${nameOf(symptom)}, which ${movement(symptom)}.`;
  const mechanism = `Since "${change.title}" (${change.id}, ${where}), ${leadName} ${lead === null ? 'moves' : movement(lead)}${
    rises ? '; it is taken and not given back, and requests wait once it is used up' : ''
  }.${effect}`;
  const rival = judgement.ranking[1]?.score ?? 0;
  const sure = score >= SURE && score >= 2 * rival && (judgement.onset?.confidence ?? 0) >= 0.7;
  return {
    ...base,
    outcome: sure ? 'root_cause_identified' : 'best_effort',
    summary: `Take back ${change.id} (${change.title}) of ${where}. ${leadName} has been moving since ${clock(onset, scene)}, ${
      rises ? 'as a leak does, ' : ''
    }long before the alert at ${clock(scene.alertAt, scene)}. ${SIGNED}`,
    cause: { service: change.service ?? judgement.focus, change_id: change.id, kind: change.kind, mechanism },
    trigger: symptom === null ? null : `${leadName} reached the point where ${nameOf(symptom)} ${movement(symptom)}.`,
    onset: iso(onset),
    confidence: sure ? 'high' : 'medium',
    proposed_actions: [...actions(change, where, rises), ...base.proposed_actions],
    would_change_my_mind: `If ${leadName} goes on the same way on a version without ${change.id}, or if it moved before ${clock(change.time, scene)} somewhere, this is wrong.`,
  };
}

function actions(change: Change, where: string, rises: boolean): Finding['proposed_actions'] {
  return [
    {
      title: `Revert ${change.id} (${change.title})`,
      reversible: true,
      temporary: false,
      why: 'It takes the cause away; its rollout also replaces the processes that hold what was used up.',
    },
    ...(rises
      ? [
          {
            title: `Restart ${where}`,
            reversible: true,
            temporary: true,
            why: 'Temporary: it empties what was used up and buys time. The same slope begins again at once.',
          },
        ]
      : []),
  ];
}

function noChange(scene: Scene, judgement: Judgement, base: Finding): Finding {
  const { lead, onset, focus } = judgement;
  const name = lead === null ? 'the first sign' : nameOf(lead);
  const widened = scene.cited.older !== null;
  return {
    ...base,
    outcome: 'best_effort',
    summary: `No change explains this. ${name} has been moving since ${clock(onset?.at ?? scene.alertAt, scene)}; ${
      widened ? 'no change of the last 14 days fits that moment.' : 'no change of the last two days fits that moment.'
    } ${SIGNED}`,
    cause: {
      service: focus,
      change_id: null,
      kind: 'unknown',
      mechanism: `${name} ${lead === null ? 'moved' : movement(lead)}; what made it do so is not in any change feed.`,
    },
    onset: iso(onset?.at ?? scene.alertAt),
    confidence: 'low',
    would_change_my_mind: `A change that took effect shortly before ${clock(onset?.at ?? scene.alertAt, scene)} and is in no feed, or a notice of somebody ${focus ?? 'the service'} depends on.`,
  };
}

function nothingMoved(scene: Scene, judgement: Judgement, base: Finding): Finding {
  const { symptom } = judgement;
  const claims = base.claims.length > 0 ? base.claims : fallbackClaim(scene, judgement);
  return {
    ...base,
    claims,
    outcome: scene.missing.length > 0 && scene.signals.length === 0 ? 'blocked' : 'inconclusive',
    summary: `No clear onset: ${symptom === null ? 'no signal of the alert could be read' : `apart from the alert, nothing on the path of ${scene.service ?? 'the service'} moved clearly`}. No change is blamed. ${SIGNED}`,
    would_change_my_mind: 'A signal that the alert is computed from, over the time before it fired.',
  };
}

function fallbackClaim(scene: Scene, { symptom }: Judgement): Finding['claims'] {
  const any = symptom ?? scene.signals[0];
  if (any !== undefined) return [{ text: `${nameOf(any)} shows no clear change.`, evidence: [any.evidence] }];
  const seen = scene.cited.changes ?? scene.cited.graph ?? scene.cited.older ?? scene.patterns[0]?.evidence;
  return [{ text: 'This much could be read; it names no cause.', evidence: [seen ?? 'E1'] }];
}

function blastRadius(scene: Scene): string {
  const hurt = scene.signals.filter(
    (signal) =>
      ['latency', 'errors'].includes(signal.role) &&
      moved(signal) &&
      (signal.fact.change?.to ?? 0) > (signal.fact.change?.from ?? 0),
  );
  const names = [...new Set(hurt.flatMap((signal) => (signal.service === null ? [] : [signal.service])))];
  return names.length === 0
    ? 'No service with slower or failing answers was seen.'
    : `Slower or failing answers: ${names.join(', ')}.`;
}

/** The limits of the finding's form, so that a long world does not make it unreadable. */
function bounded(finding: Finding): Finding {
  const text = (value: string, most: number): string => (value.length <= most ? value : `${value.slice(0, most - 1)}…`);
  return {
    ...finding,
    summary: text(finding.summary, 2000),
    trigger: finding.trigger === null ? null : text(finding.trigger, 1000),
    blast_radius: text(finding.blast_radius, 1000),
    claims: finding.claims.filter((claim) => claim.text.length <= 2000).slice(0, 30),
    ruled_out: finding.ruled_out.filter((item) => item.why.length <= 1000).slice(0, 30),
    would_change_my_mind: text(finding.would_change_my_mind, 1000),
  };
}
