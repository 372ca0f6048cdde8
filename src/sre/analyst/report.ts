/** The finding is reported until it is taken: what goes back is corrected, and the last word is one that nobody can refuse. */
import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '../finding.ts';
import { ask, type Equipment } from './ask.ts';
import { borneOut } from './borne-out.ts';
import { correct } from './correct.ts';
import { evidenceIn } from './evidence-in.ts';
import { settled } from './hypotheses.ts';
import type { Known } from './known.ts';
import { refusedPlaces } from './refused-places.ts';
import type { Step } from './replay.ts';
import type { Scene } from './scene.ts';
import type { Result } from './transcript.ts';
import { unconcluded } from './unconcluded.ts';
import { hypothesis } from './words.ts';

const MOST_REPORTS = 4;

export type Reported = { accepted: true; finding: Finding } | { accepted: false; why: string };

export function* report(
  scene: Scene,
  draft: Finding,
  known: Known,
  equipment: Equipment,
): Generator<Step, Reported, Result[]> {
  const evidence = evidenceIn(known);
  const last = unconcluded(evidence, scene.missing);
  let finding = borneOut(draft, evidence);
  let say = hypothesis(finding);
  for (let attempt = 1; ; attempt++) {
    const answers = yield* ask(known, equipment, {
      say,
      calls: [...settled(scene, finding, known, evidence), { name: 'report_finding', input: { ...finding } }],
    });
    const answer = answers.at(-1);
    if (answer === undefined || answer.ok) return { accepted: true, finding };
    const corrected = attempt < MOST_REPORTS - 1 ? correct(finding, refusedPlaces(answer)) : null;
    const next = corrected === null || isDeepStrictEqual(corrected, finding) ? last : corrected;
    if (next === null || attempt === MOST_REPORTS || isDeepStrictEqual(next, finding))
      return { accepted: false, why: answer.error };
    finding = next;
    say = 'Some statements went beyond their evidence. Reporting again without them.';
  }
}
