import { describe, expect, test } from 'vitest';
import { recovery } from '../../../src/sre/watching/recovery.ts';

const around = (level: number, spread: number, count: number) =>
  Array.from({ length: count }, (_unused, i) => level + spread * (((i * 7) % 5) - 2));
const before = around(200, 4, 60);
const during = around(3000, 50, 30);

describe('a signal that went up', () => {
  test('is back within the spread of its quiet time', () => {
    expect(recovery({ before, during, recent: around(205, 4, 10) })).toMatchObject({
      is: 'back',
      was: 200,
      worst: 3100,
    });
  });
  test('is away when it came only halfway down', () => {
    expect(recovery({ before, during, recent: around(1500, 50, 10) })).toMatchObject({ is: 'away', now: 1500 });
  });
  test('is back when it lies below where it began', () => {
    expect(recovery({ before, during, recent: around(120, 4, 10) })).toMatchObject({ is: 'back' });
  });
  test('is not back for one good minute', () => {
    expect(recovery({ before, during, recent: [...around(3000, 50, 9), 200] })).toMatchObject({ is: 'away' });
  });
});

test('a signal that went down is away until it is up again', () => {
  const low = around(20, 2, 30);
  expect(recovery({ before, during: low, recent: low.slice(0, 10) })).toMatchObject({ is: 'away', worst: 16 });
  expect(recovery({ before, during: low, recent: around(198, 4, 10) })).toMatchObject({ is: 'back' });
});

test('a signal that had not moved is away on either side', () => {
  expect(recovery({ before, during: before, recent: around(300, 4, 10) })).toMatchObject({ is: 'away' });
  expect(recovery({ before, during: before, recent: around(100, 4, 10) })).toMatchObject({ is: 'away' });
});

test('a constant of zero is back at zero and nowhere else', () => {
  const zero = around(0, 0, 20);
  expect(recovery({ before: zero, during: around(5, 0, 20), recent: zero })).toMatchObject({ is: 'back' });
  expect(recovery({ before: zero, during: around(5, 0, 20), recent: around(1, 0, 9) })).toMatchObject({ is: 'away' });
});

test('too few samples say nothing', () => {
  expect(recovery({ before: before.slice(0, 5), during, recent: before })).toMatchObject({ is: 'unknown' });
  expect(recovery({ before, during, recent: before.slice(0, 3) })).toMatchObject({ is: 'unknown' });
});
