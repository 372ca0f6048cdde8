import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { followClock } from '../../src/lib/followed-clock.ts';

const HOUR = 3_600_000;

/** Told at the end of its way, as by a database that was long in coming. */
const slow = (ahead: number) => async () => {
  await sleep(700);
  return Date.now() + ahead;
};

test('a clock that is an hour ahead is followed', async () => {
  const { now, stop } = await followClock(slow(HOUR));
  stop();
  expect(Math.abs(now() - Date.now() - HOUR)).toBeLessThan(500);
});

test('an answer that was long on its way does not move the time', async () => {
  const { now, stop } = await followClock(slow(0));
  stop();
  expect(Math.abs(now() - Date.now())).toBeLessThan(20);
});
