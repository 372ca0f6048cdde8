/** Sentences for the engineer who reads along: short, and with the one fact that matters. */
import type { Finding } from '../finding.ts';
import { spell } from './amounts.ts';
import { clock } from './clock.ts';
import type { Judgement } from './judgement.ts';
import { subject } from './naming.ts';
import type { Scene } from './scene.ts';
import type { Result } from './transcript.ts';

export const SIGNED = '(From the deterministic analyst: statistics and rules, no language model.)';

export function onsetWords(scene: Scene, { onset, lead, symptom }: Judgement): string {
  if (onset === null || lead === null) {
    return symptom?.fact.change == null
      ? 'Nothing on the path moved clearly. Checking controls and logs before saying so.'
      : `Only ${subject(symptom)} moved, at ${clock(symptom.fact.change.at, scene)}. Checking whether users felt anything.`;
  }
  const ahead = scene.alertAt - onset.at;
  const early = ahead < 120_000 ? 'as the alert fired' : `${spell(ahead)} before the alert`;
  return `First to move: ${subject(lead)}, at ${clock(onset.at, scene)}, ${early}. Comparing both sides of ${clock(onset.at, scene)}: traffic, dependencies, pods, logs.`;
}

export function hypothesis(finding: Finding): string {
  const cause = finding.cause;
  if (finding.outcome === 'no_impact')
    return 'Only the check moved; the signals of real users did not. Reporting no impact.';
  if (cause?.change_id == null) return 'No change can be named. Reporting what is known, and what is ruled out.';
  // What the change does; what that did is in the finding, which comes next.
  const [does] = cause.mechanism.split(/(?<=\.) (?=Since then )/);
  return `Most likely ${cause.change_id}. ${does}`;
}

export function closingWords(finding: Finding, decided: Result | null): string {
  if (decided === null) return unproposed(finding);
  if (decided.ok) return 'The pull request is open. Merge it, roll it out, and watch the signal that alerted.';
  const told = decisionIn(decided.text);
  const reason = told.reason === null ? 'no reason given' : `the reason: "${told.reason}"`;
  if (told.decision === 'rejected')
    return `The pull request was rejected by ${told.by ?? 'a person'}; ${reason}. It is not proposed again; the finding stands.`;
  return `No pull request was opened: ${told.reason ?? decided.error} The finding stands.`;
}

function unproposed({ outcome, cause }: Finding): string {
  if (outcome === 'no_impact') return 'Reported: users are fine, and no change needs to be undone.';
  const id = cause?.change_id ?? null;
  return id === null
    ? 'Reported. No change is proposed, because none is shown to be the cause.'
    : `Reported. No pull request is proposed: ${id} is not certain enough, or cannot be reverted from here.`;
}

function decisionIn(text: string): { decision: string | null; by: string | null; reason: string | null } {
  const field = (name: string): string | null => {
    const match = new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(text);
    return match?.[1] === undefined || match[1] === '' ? null : match[1].replace(/\\(.)/g, '$1');
  };
  return { decision: field('decision'), by: field('by'), reason: field('reason') };
}
