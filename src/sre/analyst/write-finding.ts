/** The judgement in the form of a finding. Which of four stories it is: users are fine, a change, no change, nothing. */
import type { Finding, UsedRunbook } from '../finding.ts';
import { iso } from '../reading/window.ts';
import { actionsFor, reliefOf, runbookAction } from './actions.ts';
import { ruledOutCircumstances } from './circumstances.ts';
import { agreeing, changeClaims, leadClaims, lineClaims, logClaims, symptomClaims } from './claims.ts';
import { clock } from './clock.ts';
import { controlClaims } from './control-claims.ts';
import { historyClaims } from './history.ts';
import type { Judgement } from './judgement.ts';
import { effect, mechanism, painWords, triggerWords } from './mechanism.ts';
import { crowdedEntry } from './moved-services.ts';
import { movement } from './movement.ts';
import { introduced, named, subject } from './naming.ts';
import { isBlind } from './nearness.ts';
import { usersAreFine, writeNoImpact } from './no-impact.ts';
import { oneWay } from './one-way.ts';
import { passed } from './passed.ts';
import { isSeenByCallersOnly } from './ran-calm.ts';
import { onsetNear } from './refine-onset.ts';
import { ruledOutChanges } from './rule-out.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { fillsUp, moved } from './signals.ts';
import { silence, silencer, writeSilence } from './silent.ts';
import { SIGNED } from './words.ts';

/** Share a change needs to be named with confidence: then also twice its rival's. */
const SURE = 0.5;
/** Share a change needs to be named at all. */
const LEAST = 0.33;

export function writeFinding(scene: Scene, judgement: Judgement, runbooks: UsedRunbook[]): Finding {
  if (usersAreFine(scene, judgement)) return bounded(writeNoImpact(scene, judgement));
  const silent = silence(scene);
  if (silent !== null)
    return bounded(writeSilence(scene, silent, common(scene, judgement, silencer(scene, silent), runbooks)));
  const best = judgement.ranking[0];
  const change = scene.changes.find((one) => one.id === best?.id) ?? null;
  const cause = isNamed(judgement, isBlind(scene, change?.service ?? null)) ? change : null;
  const base = common(scene, judgement, cause, runbooks);
  if (judgement.onset === null || judgement.lead === null) return bounded(nothingMoved(scene, judgement, base));
  return bounded(
    cause === null ? noChange(scene, judgement, base) : changed(scene, judgement, base, cause, best?.score ?? 0),
  );
}

/**
 * A change is named when it stands out: from the next one, and clearly from "none of them". Calm instruments are what speaks for
 * none; where they are stuck (`blind`), less does.
 */
function isNamed({ ranking }: Judgement, blind: boolean): boolean {
  const [best, second] = ranking;
  const none = ranking.find(({ id }) => id === null)?.score ?? 0;
  if (best === undefined || best.id === null) return false;
  return best.score >= LEAST && best.score >= 1.3 * (second?.score ?? 0) && best.score >= (blind ? 1.3 : 1.8) * none;
}

function common(scene: Scene, judgement: Judgement, cause: Change | null, runbooks: UsedRunbook[]): Finding {
  const { lead, symptom, focus } = judgement;
  const claims = [
    ...(symptom === null ? [] : symptomClaims(scene, symptom)),
    ...(lead === null || lead === symptom ? [] : leadClaims(scene, lead)),
    ...(cause === null ? [] : changeClaims(scene, cause, judgement)),
    ...controlClaims(scene, lead, symptom),
    ...agreeing(scene, judgement, cause),
    ...logClaims(scene, [scene.service, focus]),
    ...lineClaims(scene, scene.service),
    ...historyClaims(scene),
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
    proposed_actions: runbookAction(runbooks),
    ...(runbooks.length === 0 ? {} : { runbooks }),
    would_change_my_mind: '',
    could_not_access: scene.missing,
  };
}

function changed(scene: Scene, judgement: Judgement, base: Finding, change: Change, score: number): Finding {
  const { lead, symptom } = judgement;
  const onset = onsetNear(scene, judgement, change);
  const where = change.service ?? judgement.focus ?? scene.service ?? 'the platform';
  const rival = judgement.ranking[1]?.score ?? 0;
  const callersOnly = isSeenByCallersOnly(scene, judgement, change);
  const sure =
    !callersOnly &&
    !isBlind(scene, change.service) &&
    score >= SURE &&
    score >= 2 * rival &&
    (judgement.onset?.confidence ?? 0) >= 0.7;
  const relief = lead !== null && fillsUp(lead) ? reliefOf(judgement) : null;
  const meanwhile = relief === null ? '' : `; restarting ${where} meanwhile buys about ${relief}`;
  const move = lead === null ? 'the first sign' : subject(lead);
  const otherwise = callersOnly ? `${judgement.focus} saying that it became worse by itself; or ` : '';
  return {
    ...base,
    outcome: sure ? 'root_cause_identified' : 'best_effort',
    summary: `${firstStep(scene, change)}${meanwhile}. Since ${clock(onset, scene)} UTC ${effect(judgement)}${painWords(scene, judgement)}. ${SIGNED}`,
    cause: {
      service: change.service ?? judgement.focus,
      change_id: change.id,
      kind: change.kind,
      mechanism: mechanism(scene, judgement, change),
    },
    trigger: triggerWords(scene, judgement),
    onset: iso(onset),
    confidence: sure ? 'high' : 'medium',
    proposed_actions: [...actionsFor(scene, judgement, change, where), ...base.proposed_actions],
    would_change_my_mind:
      otherwise +
      (lead === symptom
        ? `${move} staying as it is without ${change.id}, or having moved clearly before ${clock(change.time, scene)}.`
        : `${move} doing the same without ${change.id}, or clearly before ${clock(change.time, scene)}; or ${symptom === null ? 'the symptom' : subject(symptom)} not following it.`),
  };
}

function firstStep(scene: Scene, change: Change): string {
  const dropped = oneWay(scene, change);
  if (dropped !== null) return `Mend ${named(change)} forward: ${dropped.id} makes the way back worse`;
  return change.kind === 'migration' || change.kind === 'infra' ? `Undo ${named(change)}` : `Revert ${named(change)}`;
}

function noChange(scene: Scene, judgement: Judgement, base: Finding): Finding {
  const { lead, onset, together } = judgement;
  const focus = crowdedEntry(scene, together) ?? judgement.focus;
  const began = clock(onset?.at ?? scene.alertAt, scene);
  const span = scene.cited.older === null ? 'two days' : '14 days';
  // Not having looked is not having found none.
  const unread = scene.cited.changes === null && scene.cited.older === null;
  const why = unread
    ? `The changes could not be read, so none can be named. Since ${began} UTC`
    : `No change explains this: of those in the last ${span}, none fits ${began} UTC. Since then`;
  return {
    ...base,
    outcome: 'best_effort',
    summary: `${why} ${effect(judgement)}${painWords(scene, judgement)}. ${SIGNED}`,
    suspects: unread ? [] : base.suspects,
    cause: {
      service: focus,
      change_id: null,
      kind: 'unknown',
      mechanism: `${lead === null ? 'The first sign moved' : `${subject(lead)} ${movement(lead)}`}. ${unread ? 'The changes before it could not be read.' : 'What made it do so is in no change feed.'}`,
    },
    trigger: triggerWords(scene, judgement),
    onset: iso(onset?.at ?? scene.alertAt),
    confidence: 'low',
    would_change_my_mind: `A change shortly before ${began} that is in no feed, or a notice from somebody ${focus ?? 'the service'} depends on.`,
  };
}

function nothingMoved(scene: Scene, judgement: Judgement, base: Finding): Finding {
  const { symptom } = judgement;
  const claims = base.claims.length > 0 ? base.claims : fallbackClaim(scene, judgement);
  const over = passed(scene);
  const seen =
    symptom === null
      ? 'no signal of the alert could be read'
      : `apart from the alert, nothing on the path of ${scene.service ?? 'the service'} moved clearly`;
  return {
    ...base,
    claims,
    outcome: scene.missing.length > 0 && scene.signals.length === 0 ? 'blocked' : 'inconclusive',
    summary:
      over === null
        ? `No clear onset: ${seen}. No change is blamed. ${SIGNED}`
        : `It is over: ${subject(over.signal)} ${movement(over.signal)} at ${clock(over.since, scene)} UTC and is back near where it was. No change is blamed. ${SIGNED}`,
    onset: over === null ? null : iso(over.since),
    would_change_my_mind: 'A signal that the alert is computed from, over the time before it fired.',
  };
}

function fallbackClaim(scene: Scene, { symptom }: Judgement): Finding['claims'] {
  const any = symptom ?? scene.signals[0];
  if (any !== undefined) return [{ text: `${introduced(any)} shows no clear change.`, evidence: [any.evidence] }];
  const read = scene.cited.changes ?? scene.cited.graph ?? scene.cited.older ?? scene.patterns[0]?.evidence;
  if (read === undefined && scene.infos.length === 0)
    return [{ text: 'What was asked for could not be read, or there is nothing of it.', evidence: ['E1'] }];
  return [{ text: 'This much could be read; it names no cause.', evidence: [read ?? 'E1'] }];
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
    ? 'No slower or failing answers were seen.'
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
