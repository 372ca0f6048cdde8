import { expect, test } from 'vitest';
import { newestBegin } from '../../../src/adapters/tempo/newest.ts';

const MINUTE = 60_000;
const to = Date.parse('2026-05-06T14:00:00Z');

/** A server that finds the oldest twenty of a time first. */
function store(times: number[]) {
  const asked: [number, number][] = [];
  const latest = async (start: number, end: number) => {
    asked.push([start, end]);
    const found = times.filter((at) => at >= start && at <= end).toSorted((a, b) => a - b);
    return found.slice(0, 20).at(-1) ?? null;
  };
  return { asked, latest };
}
const everyMinute = (from: number, until: number) =>
  Array.from({ length: (until - from) / MINUTE + 1 }, (_, at) => from + at * MINUTE);

test('the newest trace is found among many, in few questions, and none where there is none', async () => {
  const window = { from: to - 24 * 60 * MINUTE, to };
  const last = to - 90 * MINUTE;
  const stopped = store(everyMinute(window.from, last));
  expect(await newestBegin(window, stopped.latest)).toBe(last);
  expect(stopped.asked.length).toBeLessThan(12);
  const going = store(everyMinute(window.from, to));
  expect(await newestBegin(window, going.latest)).toBe(to);
  expect(going.asked.length).toBeLessThan(4);
  expect(await newestBegin(window, store([]).latest)).toBeNull();
  expect(await newestBegin(window, store([window.from + 5]).latest)).toBe(window.from + 5);
});
