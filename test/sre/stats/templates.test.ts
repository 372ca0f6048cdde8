import { describe, expect, it } from 'vitest';
import { diffTemplates } from '../../../src/sre/stats/template-diff.ts';
import { templateMiner, templateText } from '../../../src/sre/stats/templates.ts';
import { processorSeconds } from '../../kit/processor-seconds.ts';

describe('log templates', () => {
  it('lines that differ in ids, numbers and names of things share a template', () => {
    const miner = templateMiner();
    const ids = [
      miner.add('request 4f2a9c1d finished in 231 ms for user 77'),
      miner.add('request 9b1c22ef finished in 1811 ms for user 12'),
      miner.add('pool exhausted: 20 of 20 in use, waited 1500 ms'),
    ].map((template) => template?.id);
    expect(ids).toEqual([0, 0, 1]);
    expect(miner.templates().map(templateText)).toEqual([
      'request <*> finished in <*> ms for user <*>',
      'pool exhausted: <*> of <*> in use, waited <*> ms',
    ]);
  });

  it('stays within its bound and says so by null', () => {
    const miner = templateMiner({ maxTemplates: 3 });
    const words = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'];
    const added = words.map((word) => miner.add(`${word} ${word}ly happened`));
    expect(added.filter((template) => template === null)).toHaveLength(2);
    expect(miner.templates()).toHaveLength(3);
  });

  it('reads 50,000 lines in under three seconds of processor', () => {
    const miner = templateMiner();
    const began = processorSeconds();
    for (let i = 0; i < 50_000; i++) miner.add(`GET /orders/${i} 200 in ${i % 300} ms trace=${i.toString(16)}abc1234`);
    expect(processorSeconds() - began).toBeLessThan(3);
  });

  it('tells new, vanished and changed templates from the steady ones, for windows of unlike length', () => {
    const changes = diffTemplates(
      [
        { key: 'steady', before: 600, after: 100 },
        { key: 'new', before: 0, after: 40 },
        { key: 'gone', before: 300, after: 0 },
        { key: 'more', before: 60, after: 90 },
      ],
      { before: 60, after: 10 },
    );
    expect(Object.fromEntries(changes.map((change) => [change.key, change.status]))).toEqual({
      steady: 'same',
      new: 'new',
      gone: 'vanished',
      more: 'more',
    });
    expect(changes.at(-1)?.key).toBe('steady');
  });
});
