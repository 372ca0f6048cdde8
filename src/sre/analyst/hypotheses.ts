/** What the analyst takes into account, told as hypotheses: opened when they are looked at, settled with the finding. */
import { checkStatements } from '../check-finding.ts';
import type { Finding } from '../finding.ts';
import { type HypothesisNote, hypothesisNotes } from '../hypothesis.ts';
import type { Recorded } from './evidence-in.ts';
import { pastOpened, pastSettled } from './history.ts';
import type { Judgement } from './judgement.ts';
import type { Known } from './known.ts';
import { nameOf } from './rule-out.ts';
import type { Scene } from './scene.ts';
import type { Call } from './transcript.ts';

export const NOTING = 'note_hypotheses';
/** More than one, so that there is something to decide between. */
const MOST_OPENED = 3;

/** The changes that are most likely before any diff was read, and what it was when this alert fired before. */
export function opened(scene: Scene, { ranking }: Judgement): Call[] {
  const changes = ranking
    .flatMap(({ id }) => scene.changes.find((change) => change.id === id) ?? [])
    .slice(0, MOST_OPENED);
  const now = changes.map((change): HypothesisNote => ({ statement: nameOf(change), state: 'open', evidence: [] }));
  return noting([...now, ...pastOpened(scene)]);
}

/**
 * What the finding says of each, and of those that were opened and are in no part of it. `evidence` must bear what is said
 * of one; else it stays undecided.
 */
export function settled(scene: Scene, finding: Finding, known: Known, evidence: readonly Recorded[]): Call[] {
  const refuted = finding.ruled_out.map(
    ({ hypothesis, why, evidence: ids }): HypothesisNote => ({
      ...{ statement: hypothesis, state: 'refuted', why, evidence: ids },
    }),
  );
  const told = [...blamed(scene, finding), ...refuted, ...pastSettled(scene, finding)];
  const statements = told.map((note, at) => ({
    ...{ where: String(at), text: note.why ?? '', ids: note.evidence, name: null },
  }));
  const beyond = new Set(checkStatements(statements, evidence).map(({ where }) => where));
  const borne = told.filter((_note, at) => !beyond.has(String(at)));
  const source = scene.cited.changes ?? scene.cited.older;
  const rest = openedIn(known)
    .filter((statement) => source !== null && !borne.some((one) => one.statement === statement))
    .map(
      (statement): HypothesisNote => ({
        ...{ statement, state: 'inconclusive', why: 'Neither shown to be the cause nor ruled out.' },
        evidence: source === null ? [] : [source],
      }),
    );
  return noting([...borne, ...rest]);
}

function blamed(scene: Scene, finding: Finding): HypothesisNote[] {
  const change = scene.changes.find(({ id }) => id === finding.cause?.change_id);
  const claim = change === undefined ? undefined : claimOn(finding, change.id);
  if (change === undefined || claim === undefined) return [];
  return [{ statement: nameOf(change), state: 'supported', why: claim.text, evidence: claim.evidence }];
}

/** What the finding shows of a change that it names: when it took effect, and what its diff does. */
export function claimOn({ claims }: Finding, change: string): Finding['claims'][number] | undefined {
  const at = claims.findIndex(({ text }) => text.includes(change) && text.length <= LONGEST_WHY);
  const [claim, next] = at < 0 ? [] : claims.slice(at, at + 2);
  if (claim === undefined || next === undefined || !next.text.startsWith('Its diff')) return claim;
  const text = `${claim.text} ${next.text}`;
  return text.length > LONGEST_WHY ? claim : { text, evidence: [...new Set([...claim.evidence, ...next.evidence])] };
}
/** Of what is noted of a hypothesis. */
const LONGEST_WHY = 1000;

function openedIn(known: Known): string[] {
  return known.flatMap(({ call }) => {
    const read = call.name === NOTING ? hypothesisNotes.safeParse(call.input) : null;
    return read?.success
      ? read.data.hypotheses.flatMap(({ state, statement }) => (state === 'open' ? (statement ?? []) : []))
      : [];
  });
}

export function noting(hypotheses: HypothesisNote[]): Call[] {
  return hypotheses.length === 0 ? [] : [{ name: NOTING, input: { hypotheses } }];
}
