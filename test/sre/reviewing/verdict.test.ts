import { expect, test } from 'vitest';
import { readAnswer } from '../../../src/sre/reviewing/verdict.ts';

const rubric = ['claims[0]', 'cause'].map((where) => ({ where, demand: 'd', text: `t ${where}`, evidence: ['E1'] }));
const verdicts = rubric.map(({ where }) => ({ where, verdict: 'supported', why: 'E1 shows it.' }));
const said = (value: unknown) => readAnswer(JSON.stringify(value), rubric);

test('one verdict for each line is an answer, bare or in one fence', () => {
  const lines = rubric.map(({ where, text }) => ({ where, text, verdict: 'supported', why: 'E1 shows it.' }));
  expect(said({ verdicts })).toEqual({ ok: true, lines });
  expect(readAnswer(`\`\`\`json\n${JSON.stringify({ verdicts })}\n\`\`\``, rubric)).toEqual({ ok: true, lines });
});

test.each<[string, string]>([
  ['nothing', ''],
  ['prose', 'All of it is supported.'],
  ['prose around it', `Sure! ${JSON.stringify({ verdicts })}`],
  ['two objects', `${JSON.stringify({ verdicts })}\n${JSON.stringify({ verdicts })}`],
  ['a line left out', JSON.stringify({ verdicts: verdicts.slice(1) })],
  ['a line twice', JSON.stringify({ verdicts: [...verdicts, verdicts[0]] })],
  ['a line nobody asked for', JSON.stringify({ verdicts: [...verdicts, { ...verdicts[0], where: 'claims[9]' }] })],
  ['one line for another', JSON.stringify({ verdicts: [verdicts[0], { ...verdicts[1], where: 'claims[9]' }] })],
  ['a verdict that is none', JSON.stringify({ verdicts: verdicts.map((one) => ({ ...one, verdict: 'fine' })) })],
  ['no reason', JSON.stringify({ verdicts: verdicts.map((one) => ({ ...one, why: '' })) })],
  ['more than was asked', JSON.stringify({ verdicts, overall: 'supported' })],
  ['a result of the whole', JSON.stringify({ result: 'satisfied', explanation: 'ok' })],
])('%s is no answer', (_name, text) => {
  expect(readAnswer(text, rubric)).toMatchObject({ ok: false, why: expect.any(String) });
});
