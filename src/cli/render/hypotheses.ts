/** What was thought of beside the finding: what people raised, and what is neither its cause nor ruled out in it. */
import type { Paint } from '../terminal.ts';
import type { Hypothesis, Incident } from '../wire.ts';
import { hanging, oneLine } from './wrap.ts';

export function renderHypotheses({ hypotheses, finding }: Incident, paint: Paint, columns: number): string[] {
  const told = new Set(finding?.ruled_out.map(({ hypothesis }) => hypothesis));
  const isTold = ({ statement, state }: Hypothesis) =>
    finding !== null && (state.is === 'supported' || told.has(statement));
  const shown = [
    ...hypotheses.filter(({ by }) => by.is === 'person'),
    ...hypotheses.filter((one) => one.by.is !== 'person' && !isTold(one)),
  ];
  if (shown.length === 0) return [];
  const width = Math.min(columns, 100);
  const lines = shown.flatMap(({ id, statement, by, state }) => {
    const who = by.name === undefined ? '' : ` (${by.name})`;
    const stands = state.is === 'open' && finding !== null ? 'not settled' : state.is;
    const why = state.why === undefined ? '' : `. ${state.why} [${state.evidence.join(' ')}]`;
    return hanging(`    ${paint('magenta', '?')} `, oneLine(`${id}${who} ${statement}: ${stands}${why}`), width, 6);
  });
  return ['', `  ${paint('bold', 'Hypotheses')}`, ...lines];
}
