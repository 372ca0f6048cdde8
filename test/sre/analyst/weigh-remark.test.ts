import { expect, test } from 'vitest';
import { weighRemark } from '../../../src/sre/analyst/weigh-remark.ts';
import { aFinding } from '../../kit/nouns.ts';

const ruledOut = (hypothesis: string, why: string, change_id: string | null = null) => ({
  ...{ hypothesis, why, change_id, evidence: ['E3', 'E5'] },
});
const finding = aFinding({
  cause: { service: 'checkout', change_id: 'deploy-1', kind: 'deploy', mechanism: 'It leaks.' },
  claims: [
    { text: 'checkout slows from 13:00 on.', evidence: ['E1'] },
    { text: 'deploy-1, a deploy of checkout, took effect at 12:59.', evidence: ['E2'] },
    { text: 'Its diff no longer gives back.', evidence: ['E4'] },
  ],
  ruled_out: [
    ruledOut('traffic-6 ("Campaign mid-season goes out", traffic)', 'Took effect after the onset.', 'traffic-6'),
    ruledOut('deploy-2 ("web: cache header", deploy of web)', 'Took effect after the onset.', 'deploy-2'),
    ruledOut('payments slow or failing', 'p99 flat.'),
  ],
});
const weigh = (text: string, of = finding, looked = ['E1', 'E7']) => weighRemark({ id: 'H1', text }, of, looked);

test.each([
  ['Could it be the campaign?', 'refuted', ['E3', 'E5']],
  ['I think payments is slow', 'refuted', ['E3', 'E5']],
  ['it must be deploy-1', 'supported', ['E2', 'E4']],
  ["I don't think it's the deploy of checkout", 'refuted', ['E2', 'E4']],
  ["it's not payments", 'supported', ['E3', 'E5']],
  ['Was it the moon?', 'inconclusive', ['E1', 'E7']],
  // A title that happens to hold the word says nothing of the cache.
  ["I don't think it is the deploy, look at the cache hits", 'inconclusive', ['E1', 'E7']],
  // Both the cause and something else are deploys.
  ['maybe a deploy', 'inconclusive', ['E1', 'E7']],
  ['no', 'inconclusive', ['E1', 'E7']],
  ['Könnte es payments sein?', 'refuted', ['E3', 'E5']],
  ['Ich glaube, es war deploy-1', 'supported', ['E2', 'E4']],
  ['Es liegt nicht an payments.', 'supported', ['E3', 'E5']],
  ['Wieso ist alles so langsam?', 'inconclusive', ['E1', 'E7']],
  ['Nicht payments, sondern die Datenbank', 'inconclusive', ['E1', 'E7']],
  ['¿Podría ser deploy-2?', 'refuted', ['E3', 'E5']],
  ['Creo que fue deploy-1', 'supported', ['E2', 'E4']],
  ['No es payments', 'supported', ['E3', 'E5']],
  ['¿Por qué está tan lento?', 'inconclusive', ['E1', 'E7']],
  ['paymentsが原因ではないですか？', 'refuted', ['E3', 'E5']],
  ['deploy-1のせいだと思います', 'supported', ['E2', 'E4']],
  ['なぜ遅いのですか？', 'inconclusive', ['E1', 'E7']],
  ['paymentsのデータベースかもしれません', 'inconclusive', ['E1', 'E7']],
  ['Peut-être payments ?', 'inconclusive', ['E1', 'E7']],
  ['🙃', 'inconclusive', ['E1', 'E7']],
])('"%s" is %s by what the finding says of just that', (text, state, evidence) => {
  expect(weigh(text)).toMatchObject({ id: 'H1', state, evidence });
});

test('a cause that is not certain refutes nobody who doubts it', () => {
  expect(weigh('not deploy-1', { ...finding, confidence: 'medium' })).toMatchObject({ state: 'inconclusive' });
});

test('where nothing could be read, nothing is said', () => {
  expect(weigh('Was it the moon?', finding, [])).toBeNull();
});
