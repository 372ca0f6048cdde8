/** What the finding already says about something that a person brings up: looked for by its words, told with its evidence. */
import { finding as findingShape } from '../finding.ts';
import type { HypothesisNote } from '../hypothesis.ts';
import type { ModelMessage } from './model.ts';

const CANNOT_WEIGH =
  'A deterministic analyst cannot weigh a remark; it is kept with the incident for the people who decide. The finding stands.';
const MOST = 3;
/** A word that this many statements share tells none of them apart. */
const COMMON = 3;
/** Names, ids, times of day and words that are long enough to mean something. */
const WORD = /\d{1,2}:\d{2}|[a-z][a-z0-9_-]{4,}/g;

/** Where what was raised is settled with the same answer. */
export function weighed(notes: readonly Pick<HypothesisNote, 'id' | 'state'>[]): string {
  const settled = notes.map(({ id, state }) => `${id} is ${state}`).join(', ');
  return `A deterministic analyst looks at nothing anew for it; by what is on record ${settled}.`;
}

/** `said`: the newest message, with the remark in its block (`tell.ts`). `end`: what is done about it. */
export function answerRemark(said: string, messages: readonly ModelMessage[], end = CANNOT_WEIGH): string {
  const statements = statementsOf(messages);
  const words = statements.map(wordsIn);
  const asked = [...wordsIn(remarkIn(said))].filter((word) => words.filter((each) => each.has(word)).length <= COMMON);
  const scored = statements.map((text, i) => ({ text, score: asked.filter((word) => words[i]?.has(word)).length }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  if (best === 0) return end;
  const told = scored.filter(({ score }) => score === best).slice(0, MOST);
  return `On record about that:\n${told.map(({ text }) => `- ${text}`).join('\n')}\n${end}`;
}

function remarkIn(said: string): string {
  const block = /<remark>\n(.*)\n<\/remark>/.exec(said)?.[1] ?? '';
  return /"text":("(?:[^"\\]|\\.)*")/.exec(block)?.[1] ?? '';
}

/** Of the newest finding that was reported. */
function statementsOf(messages: readonly ModelMessage[]): string[] {
  const reports = messages.flatMap(({ content }) =>
    content.flatMap((block) => (block.type === 'tool_use' && block.name === 'report_finding' ? [block.input] : [])),
  );
  const read = findingShape.safeParse(reports.at(-1));
  if (!read.success) return [];
  const { claims, ruled_out } = read.data;
  return [
    ...ruled_out.map(({ hypothesis, why, evidence }) => `Ruled out: ${hypothesis}: ${why} [${evidence.join(' ')}]`),
    ...claims.map(({ text, evidence }) => `${text} [${evidence.join(' ')}]`),
  ];
}

function wordsIn(text: string): Set<string> {
  return new Set(text.toLowerCase().match(WORD) ?? []);
}
