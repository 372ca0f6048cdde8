import { hypothesisNotes } from '../src/sre/hypothesis.ts';
import { defineTool } from '../src/sre/tool.ts';

export const tool = defineTool({
  name: 'note_hypotheses',
  description:
    'Keeps hypotheses with the incident, where people read them: opens yours, and settles yours and those of people as supported, refuted or inconclusive, with why and the evidence ids that decided. `why` is held to its evidence as a claim is. Several at once are fine. What is noted here is no evidence.',
  input: hypothesisNotes,
  effect: 'note',
});
