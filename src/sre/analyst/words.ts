/** Sentences for the engineer who reads along. Numbers are written as the tools gave them. */
import type { Finding } from '../finding.ts';
import { round } from '../reading/round.ts';
import type { Judgement } from './judge.ts';
import type { Scene } from './scene.ts';
import { nameOf, type Signal } from './signals.ts';
import type { Result } from './transcript.ts';

export const SIGNED = 'Found by a deterministic analyst (statistics and rules), not by a language model.';

/** `11:02` on the incident's own day, with the date on another. UTC. */
export function clock(time: string | number, scene: Scene): string {
  const text = new Date(time).toISOString();
  return text.slice(0, 10) === new Date(scene.now).toISOString().slice(0, 10)
    ? text.slice(11, 16)
    : `${text.slice(0, 10)} ${text.slice(11, 16)}`;
}

/** A value with its unit, as it was returned; bytes in thousands of the size that fits. */
export function amount(value: number, unit: string): string {
  const known: Record<string, string> = { seconds: 's', s: 's', milliseconds: 'ms', ms: 'ms', percent: '%' };
  const short = known[unit];
  const size = unit === 'bytes' ? [1e9, 1e6, 1e3].find((each) => Math.abs(value) >= each) : undefined;
  if (size !== undefined) return `${round(value / size)} ${{ 1e9: 'GB', 1e6: 'MB', 1e3: 'kB' }[size] ?? 'bytes'}`;
  return short === undefined ? String(value) : `${value} ${short}`;
}

export function onsetWords(scene: Scene, { onset, lead, symptom }: Judgement): string {
  if (onset === null || lead === null) {
    return symptom?.fact.change == null
      ? 'Nothing on the path moved clearly. I check the controls and the logs before I say so.'
      : `Only ${nameOf(symptom)} moved, at ${clock(symptom.fact.change.at, scene)}. I check whether users felt anything.`;
  }
  const how = lead.fact.change?.kind === 'slope' ? 'has been climbing' : 'has been different';
  return `First sign: ${nameOf(lead)} ${how} since about ${clock(onset.at, scene)}, the alert came at ${clock(scene.alertAt, scene)}. I compare both sides of that moment: traffic, neighbours, copies, logs.`;
}

export function hypothesis(finding: Finding): string {
  const cause = finding.cause?.change_id ?? null;
  if (finding.outcome === 'no_impact') return finding.summary;
  if (cause === null) return finding.summary;
  return `Best explanation: ${cause}. ${finding.cause?.mechanism ?? ''}`;
}

export function closingWords(finding: Finding, decided: Result | null): string {
  const said = finding.summary;
  if (decided === null) return said;
  if (decided.ok)
    return `${said}\n\nThe pull request is open. It takes effect when it is merged and rolled out; watch the signal that alerted.`;
  const told = decisionIn(decided.text);
  const reason = told.reason === null ? 'no reason was given' : `the reason: "${told.reason}"`;
  if (told.decision === 'rejected')
    return `${said}\n\nThe pull request was rejected by ${told.by ?? 'a person'}; ${reason}. I do not propose it again. The finding stands until evidence speaks against it; the reason is kept with the incident.`;
  return `${said}\n\nNo pull request was opened: ${told.reason ?? decided.error}`;
}

function decisionIn(text: string): { decision: string | null; by: string | null; reason: string | null } {
  const field = (name: string): string | null => {
    const match = new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(text);
    return match?.[1] === undefined || match[1] === '' ? null : match[1].replace(/\\(.)/g, '$1');
  };
  return { decision: field('decision'), by: field('by'), reason: field('reason') };
}

/** "rose from 0.24 s to 2.9 s" of a level, "rises by 54 per hour from 24" of a slope. */
export function movement(signal: Signal): string {
  const { change } = signal.fact;
  if (change === null) return 'did not change';
  const verb = change.to >= change.from ? 'rose' : 'fell';
  if (change.kind === 'level')
    return `${verb} from ${amount(change.from, signal.unit)} to ${amount(change.to, signal.unit)}`;
  return `${verb} steadily from ${amount(change.from, signal.unit)}, by ${amount(Math.abs(change.per_hour), signal.unit)} an hour`;
}
