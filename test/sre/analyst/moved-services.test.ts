import { expect, it } from 'vitest';
import { askedByNoService, commonCause, crowdedEntry } from '../../../src/sre/analyst/moved-services.ts';
import { isToldBetter } from '../../../src/sre/analyst/told-better.ts';
import type { Calls } from '../../../src/sre/stats/graph-walk.ts';
import { calls, seen, told } from '../../kit/small-scene.ts';

it('says where more visitors come in, and that a store is asked by none of the services that lean on it', () => {
  const visitors = [told('traffic', 'edge', 3), told('traffic', 'desk', 3), told('traffic', 'ledger', 3)];
  expect(crowdedEntry(seen(visitors), visitors)).toBe('edge');
  expect(crowdedEntry(seen(visitors), visitors.slice(1))).toBeNull();
  expect(askedByNoService(seen(visitors), visitors, 'ledger')).toBe(false);
  expect(askedByNoService(seen([]), [told('traffic', 'ledger', 3), told('traffic', 'mails', 3)], 'ledger')).toBe(true);
});

it('takes for what all lean on the one that answers worse, and none where something else does', () => {
  const hurt = ['desk', 'shelf', 'stall'].map((service) => told('errors', service, 9));
  const three: Calls = new Map([...calls, ['booth', ['cards']], ['kiosk', ['letters']], ['bank', ['letters']]]);
  const scene = { ...seen([...hurt, told('errors', 'booth', 9)]), calls: three };
  expect(commonCause(scene, hurt)).toBe('cards');
  expect(commonCause(scene, [...hurt, told('errors', 'ledger', 9, 'desk')])).not.toBe('cards');
});

it('believes of two instruments of one answer the sharper, and no stranger who alone is answered worse', () => {
  const blunt = told('latency', 'ledger', 2, 'desk', 0, 5);
  expect(isToldBetter(seen([blunt]), blunt)).toBe(false);
  expect(isToldBetter(seen([blunt, told('latency', 'ledger', 2, undefined, 7, 1)]), blunt)).toBe(true);
  expect(isToldBetter(seen([blunt, told('latency', 'ledger', 2, undefined, 12, 1)]), blunt)).toBe(false);
  const strange = told('latency', 'cards', 2, 'stall');
  expect(isToldBetter(seen([strange]), strange)).toBe(false);
  expect(isToldBetter(seen([strange, told('latency', 'cards', 1, 'desk')]), strange)).toBe(true);
  expect(isToldBetter(seen([strange, told('latency', 'cards', 2, 'desk')]), strange)).toBe(false);
});
