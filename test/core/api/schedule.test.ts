import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jitterOf, nextTime, scheduleInput, upcoming } from '../../../src/core/api/deployments/schedule.ts';

function times(expression: string, timezone: string, after: string, count: number): string[] {
  return upcoming({ expression, timezone }, Date.parse(after), count).map((time) => new Date(time).toISOString());
}

test('times are those of the clocks in the zone', () => {
  expect(times('30 9 * * 1-5', 'America/New_York', '2026-01-02T20:00:00Z', 2)).toEqual([
    '2026-01-05T14:30:00.000Z',
    '2026-01-06T14:30:00.000Z',
  ]);
  expect(times('0 0 1 1 *', 'Asia/Kolkata', '2026-06-01T00:00:00Z', 1)).toEqual(['2026-12-31T18:30:00.000Z']);
  expect(times('0 12 * * 7', 'UTC', '2026-01-01T00:00:00Z', 1)).toEqual(['2026-01-04T12:00:00.000Z']);
});

test('a time that the clocks skip does not fire that day', () => {
  expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).toEqual([
    '2026-03-28T01:30:00.000Z',
    '2026-03-30T00:30:00.000Z',
    '2026-03-31T00:30:00.000Z',
  ]);
});

test('a time that the clocks show twice fires twice', () => {
  expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 3)).toEqual([
    '2026-10-25T00:30:00.000Z',
    '2026-10-25T01:30:00.000Z',
    '2026-10-26T01:30:00.000Z',
  ]);
  const quarters = times('*/15 2 25 10 *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 8);
  expect([quarters.length, quarters.at(0), quarters.at(-1)]).toEqual([
    8,
    '2026-10-25T00:00:00.000Z',
    '2026-10-25T01:45:00.000Z',
  ]);
});

test('in UTC each time comes after the one before, and matches', () => {
  const minute = fc.integer({ min: 0, max: 59 });
  const hour = fc.integer({ min: 0, max: 23 });
  const now = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) });
  fc.assert(
    fc.property(minute, hour, now, (m, h, after) => {
      const next = nextTime({ expression: `${m} ${h} * * *`, timezone: 'UTC' }, after) ?? 0;
      const at = new Date(next);
      return (
        next > after &&
        next - after <= 86_400_000 &&
        at.getUTCMinutes() === m &&
        at.getUTCHours() === h &&
        next % 60_000 === 0
      );
    }),
  );
});

test('what is not five plain fields, not a zone, or never comes is refused', () => {
  const read = (expression: string, timezone = 'UTC') =>
    scheduleInput.safeParse({ type: 'cron', expression, timezone }).success;
  for (const good of ['* * * * *', '0 0 29 2 *', '*/5 1,2 1-10 * 0', '0 0 * * 7']) expect(read(good), good).toBe(true);
  const bad = [
    '@daily',
    '0 0 * * * *',
    '0 0 L * *',
    '0 0 * * 1#2',
    '0 0 ? * *',
    '60 0 * * *',
    '0 0 31 2 *',
    '0 0 * *',
    '0 0 * * 8',
  ];
  for (const one of bad) expect(read(one), one).toBe(false);
  for (const zone of ['Mars/Base', '+01:00', '', 'x y']) expect(read('* * * * *', zone), zone).toBe(false);
});

test('the jitter of a deployment is always the same, and keeps within its bounds', () => {
  const at = Date.UTC(2026, 0, 1);
  const daily = { expression: '0 0 * * *', timezone: 'UTC' };
  const often = { expression: '* * * * *', timezone: 'UTC' };
  const ids = Array.from({ length: 200 }, (_, i) => `depl_${i}`);
  const slow = ids.map((id) => jitterOf(id, daily, at));
  expect(slow).toEqual(ids.map((id) => jitterOf(id, daily, at)));
  expect(Math.max(...slow)).toBeLessThan(9 * 60_000);
  expect(Math.max(...slow)).toBeGreaterThan(8 * 60_000);
  expect(Math.max(...ids.map((id) => jitterOf(id, often, at)))).toBeLessThan(9_000);
});
