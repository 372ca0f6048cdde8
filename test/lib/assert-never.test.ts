import { expect, test } from 'vitest';
import { assertNever } from '../../src/lib/assert-never.ts';

test('a variant that slipped past the types is named in the error', () => {
  const slipped: unknown = JSON.parse('{"is":"surprise"}');
  expect(() => assertNever(slipped as never)).toThrow('unhandled variant: {"is":"surprise"}');
});
