/** What the investigator says of hypotheses, held against the rules and put to those that stand. Pure. */
import type { Unsupported } from '../check-finding.ts';
import {
  type Hypothesis,
  type HypothesisNote,
  type HypothesisState,
  isOfPerson,
  MOST_HYPOTHESES,
} from '../hypothesis.ts';
import { append } from './append.ts';

export interface Applied {
  hypotheses: readonly Hypothesis[];
  /** As they are now, in the order of the notes. */
  noted: Hypothesis[];
  refused: { hypothesis: string; why: string }[];
}

/** `unsupported` names notes by their place: `hypotheses[2]`. A note that is refused changes nothing. */
export function applyNotes(
  known: readonly Hypothesis[],
  notes: readonly HypothesisNote[],
  unsupported: readonly Unsupported[],
  at: string,
): Applied {
  const out: Applied = { hypotheses: known, noted: [], refused: [] };
  for (const [place, note] of notes.entries()) {
    const reasons = unsupported.find(({ where }) => where === `hypotheses[${place}]`)?.reasons ?? [];
    const put = applyOne(out.hypotheses, note, reasons, at);
    if (put.ok) {
      out.hypotheses = put.hypotheses;
      out.noted.push(put.noted);
    } else out.refused.push({ hypothesis: note.id ?? note.statement ?? '', why: put.why });
  }
  return out;
}

type Put = { ok: true; hypotheses: readonly Hypothesis[]; noted: Hypothesis } | { ok: false; why: string };

function applyOne(known: readonly Hypothesis[], note: HypothesisNote, reasons: readonly string[], at: string): Put {
  const state = stateOf(note, reasons, at);
  if ('refusal' in state) return { ok: false, why: state.refusal };
  const { id = null, statement = null } = note;
  // The words of a person are the person's: theirs are named by their id only.
  const found = known.find((one) => (id === null ? !isOfPerson(one) && one.statement === statement : one.id === id));
  if (found !== undefined) {
    const noted = same(found.state, state) ? found : { ...found, state };
    return { ok: true, hypotheses: known.map((one) => (one === found ? noted : one)), noted };
  }
  if (id !== null) return { ok: false, why: `there is no hypothesis ${id}; leave the id out to open one` };
  if (statement === null) return { ok: false, why: 'give the id of a hypothesis, or a statement to open one' };
  const hypotheses = append(known, { statement, by: { is: 'investigator' }, at, state });
  const noted = hypotheses.at(-1);
  if (hypotheses === known || noted === undefined)
    return { ok: false, why: `${MOST_HYPOTHESES.investigator} hypotheses stand: settle those, and open no more` };
  return { ok: true, hypotheses, noted };
}

function stateOf(
  { state, why, evidence }: HypothesisNote,
  reasons: readonly string[],
  at: string,
): HypothesisState | { refusal: string } {
  if (state === 'open') return { is: 'open' };
  if (evidence.length === 0) return { refusal: `to call it ${state}, cite the evidence that decided` };
  if (why == null || why === '') return { refusal: `to call it ${state}, say why` };
  if (reasons.length > 0) return { refusal: reasons.join('; ') };
  return { is: state, why, evidence: [...new Set(evidence)], at };
}

/** Said again, as after a crash, it is no news. */
function same(a: HypothesisState, b: HypothesisState): boolean {
  if (a.is === 'open' || b.is === 'open') return a.is === b.is;
  return a.is === b.is && a.why === b.why && a.evidence.join() === b.evidence.join();
}
