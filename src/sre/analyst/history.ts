/** What is made of the past: it is told as it was, and what was behind it then is tested by what is seen now. */
import type { Finding } from '../finding.ts';
import type { HypothesisNote } from '../hypothesis.ts';
import { clock } from './clock.ts';
import type { Past, PastCause, Tally } from './past.ts';
import type { Scene } from './scene.ts';

/** Each says by its words that it is of before, or of alerts. */
export function historyClaims(scene: Scene): Finding['claims'] {
  const { own, alsoFiring } = scene.past;
  const usual = own === null || own.tally.firing_now === own.tally.times ? [] : [usualWords(own)];
  const beside = alsoFiring.map(({ evidence, tally }) => ({
    text: `Beside it fires ${named(tally)}, since ${clock(tally.last_started, scene)}.`,
    evidence: [evidence],
  }));
  return [...usual, ...beside];
}

function usualWords({ evidence, tally }: NonNullable<Past['own']>): Finding['claims'][number] {
  const { times, firing_now: firing, cleared_alone: alone, longest_minutes: longest } = tally;
  const ended = times - firing;
  const often = `${named(tally)} fired ${ended === 1 ? 'once' : `${ended} times`} before in 14 days`;
  const within = longest === null ? '' : ` within ${longest} minutes`;
  const how = alone === ended ? `, and cleared by itself${ended === 1 ? '' : ' each time'}${within}` : '';
  return { text: `${often}${how}.`, evidence: [evidence] };
}

function named({ name, service }: Tally): string {
  return service === null ? name : `${name} of ${service}`;
}

export function pastOpened({ past }: Scene): HypothesisNote[] {
  return past.causes.map(({ statement }) => ({ statement, state: 'open', evidence: [] }));
}

/** What is done to a service, and is in no other feed when it is not among the changes. */
const LISTED = new Set(['deploy', 'flag', 'config', 'migration']);

/** Held against what was read of the present, and never settled by that it was so then. */
export function pastSettled(scene: Scene, finding: Finding): HypothesisNote[] {
  return scene.past.causes.flatMap(({ statement, ...cause }): HypothesisNote[] => {
    const told = against(scene, finding, cause);
    const source = scene.cited.older ?? scene.cited.changes;
    if (told !== null) return [{ statement, ...told }];
    const why = 'Nothing that was read of the present decides it.';
    return source === null ? [] : [{ statement, state: 'inconclusive', why, evidence: [source] }];
  });
}

function against(
  scene: Scene,
  finding: Finding,
  { service, kind }: Omit<PastCause, 'statement'>,
): Pick<HypothesisNote, 'state' | 'why' | 'evidence'> | null {
  const source = scene.cited.older ?? scene.cited.changes;
  if (kind === 'traffic') return excluded(finding, `More traffic to ${scene.service}`);
  if (kind === 'vendor') return excluded(finding, `${service} slow or failing`);
  if (!LISTED.has(kind) || service === null || source === null) return null;
  const alike = scene.changes.filter((change) => change.kind === kind && change.service === service);
  const span = scene.cited.older === null ? 'two days' : '14 days';
  if (alike.length === 0)
    return { state: 'refuted', why: `No ${kind} of ${service} is among the changes of ${span}.`, evidence: [source] };
  const reasons = alike.map(({ id }) =>
    finding.ruled_out.find(
      ({ change_id, why }) => change_id === id || why.includes(`${id},`) || why.includes(`${id}.`),
    ),
  );
  const evidence = [...new Set(reasons.flatMap((one) => one?.evidence ?? []))].slice(0, 20);
  if (reasons.includes(undefined)) return null;
  const ids = alike.slice(0, 5).map(({ id }) => id);
  const why = `Each ${kind} of ${service} in ${span} is ruled out by itself: ${ids.join(', ')}${alike.length > 5 ? ' and more' : ''}.`;
  return { state: 'refuted', why, evidence: [...new Set([source, ...evidence])] };
}

function excluded(finding: Finding, hypothesis: string): Pick<HypothesisNote, 'state' | 'why' | 'evidence'> | null {
  const found = finding.ruled_out.find((one) => one.hypothesis === hypothesis);
  return found === undefined ? null : { state: 'refuted', why: found.why, evidence: found.evidence };
}
