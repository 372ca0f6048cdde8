import { expect, it } from 'vitest';
import type { Change } from '../../../src/sre/analyst/shapes.ts';
import type { Signal } from '../../../src/sre/analyst/signals.ts';
import { silence, silencer } from '../../../src/sre/analyst/silent.ts';
import { AT, seen, told } from '../../kit/small-scene.ts';

const ago = (minutes: number): string => new Date(AT - minutes * 60_000).toISOString();

function ended(service: string, minutesAgo: number): Signal {
  const signal = told('memory', service, 1);
  return { ...signal, fact: { ...signal.fact, stale: true, last_sample_at: ago(minutesAgo) } };
}
const fine = told('errors', 'desk', 1, 'edge');
const scene = (...signals: Signal[]) => ({ ...seen(signals), alertAt: AT });

it('takes the end of several services at once for the measuring, while callers are answered as ever', () => {
  expect(silence(scene(ended('desk', 6), ended('mails', 6), fine))?.services).toEqual(['desk', 'mails']);
  expect(silence(scene(ended('desk', 6), fine))).toBeNull();
  expect(silence(scene(ended('desk', 6), ended('mails', 20), fine))).toBeNull();
  expect(silence(scene(ended('desk', 6), ended('mails', 6)))).toBeNull();
  expect(silence(scene(ended('desk', 6), ended('mails', 6), told('errors', 'desk', 9, 'edge', -5)))).toBeNull();
  expect(silence(scene(ended('desk', 90), ended('mails', 90), fine))).toBeNull();
});

it('blames the one change of something else whose lines name those that fell silent', () => {
  const silent = { at: AT, services: ['desk', 'mails'], ended: [], fine: [] };
  const change = (id: string, service: string): Change => ({
    ...{ id, service, time: ago(1), kind: 'config', actor: 'a', title: id, ref: null, has_diff: true },
  });
  const diffs = new Map([
    ['drop', '+  - service: "desk|mails"'],
    ['other', '+  level: info'],
  ]);
  const of = (...changes: Change[]): string | undefined => silencer({ ...seen([]), diffs, changes }, silent)?.id;
  expect(of(change('drop', 'collector'), change('other', 'shelf'))).toBe('drop');
  expect(of(change('other', 'shelf'))).toBeUndefined();
  expect(of(change('drop', 'desk'))).toBeUndefined();
});
