import { expect, it } from 'vitest';
import { wholeSteps } from '../../../src/sre/reading/window.ts';

it('a window is read from a whole step of UTC on, and to its own end', () => {
  const window = { start: Date.UTC(2026, 4, 1, 10, 0, 34), end: Date.UTC(2026, 4, 1, 16, 0, 34) };
  expect(wholeSteps(window, 60)).toEqual({ start: '2026-05-01T10:00:00Z', end: '2026-05-01T16:00:34Z' });
  expect(wholeSteps(window, 900).start).toBe('2026-05-01T10:00:00Z');
  expect(wholeSteps({ ...window, start: Date.UTC(2026, 4, 1, 9, 59, 59) }, 900).start).toBe('2026-05-01T09:45:00Z');
});
