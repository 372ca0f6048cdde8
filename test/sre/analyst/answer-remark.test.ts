import { expect, test } from 'vitest';
import { answerRemark } from '../../../src/sre/analyst/answer-remark.ts';
import type { ModelMessage } from '../../../src/sre/analyst/model.ts';
import { aFinding } from '../../kit/nouns.ts';

const ruledOut = (hypothesis: string, why: string) => ({ hypothesis, why, evidence: ['E3', 'E5'] });
const reported = aFinding({
  claims: [{ text: 'The restart at 11:46 only reset it.', evidence: ['E9'] }],
  ruled_out: [
    ruledOut('traffic-695f964 ("Campaign mid-season goes out", traffic)', 'Took effect at 13:07, after the onset.'),
    ruledOut('deploy-082a922 ("web-bff: name the page")', 'Took effect at 13:24, after the onset.'),
    ruledOut('inventory slow or failing', 'p99 flat, after the onset and before.'),
    ruledOut('payments slow or failing', 'p99 flat, after the onset and before.'),
  ],
});
const messages: ModelMessage[] = [
  { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'report_finding', input: { ...reported } }] },
];

const told = (text: string) =>
  `The restart of the campaign.\n\n<remark>\n${JSON.stringify({ update: 'remark 1', text })}\n</remark>`;

test.each([
  ['Could it be the campaign?', /^On record about that:\n- Ruled out: traffic-695f964 .*13:07.* \[E3 E5\]\nA determ/],
  ['and deploy-082a922?', /^On record about that:\n- Ruled out: deploy-082a922 [^\n]*\nA deterministic/],
  ['what was that restart at 11:46', /^On record about that:\n- The restart at 11:46 only reset it. \[E9\]\n/],
  ['Was it the moon?', /^A deterministic analyst cannot weigh a remark/],
  ['it began after the onset', /^A deterministic analyst cannot weigh a remark/],
])('"%s" is answered from what the finding says, or not at all', (remark, answer) => {
  expect(answerRemark(told(remark), messages)).toMatch(answer);
});

test('without a finding nothing is claimed', () => {
  expect(answerRemark(told('the campaign'), [])).toMatch(/^A deterministic analyst cannot weigh a remark/);
});
