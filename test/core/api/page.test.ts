import { expect, test } from 'vitest';
import { ApiError } from '../../../src/core/api/errors.ts';
import { binding, readCursor, writeCursor } from '../../../src/core/api/page.ts';

const bound = binding('events', 'sesn_1', 'asc', null);

test('a cursor gives back the position it was made for', () => {
  expect(readCursor(bound, writeCursor(bound, { p: 41 }))).toEqual({ p: 41 });
  expect(readCursor(bound, writeCursor(bound, { p: 41, back: true }))).toEqual({ p: 41, back: true });
  expect(readCursor(bound, undefined)).toBeNull();
});

test('a cursor of another order, filter or list is refused', () => {
  const other = binding('events', 'sesn_1', 'desc', null);
  expect(() => readCursor(other, writeCursor(bound, { p: 41 }))).toThrow(ApiError);
});

test('what is not a cursor is refused, whatever it is', () => {
  const numbers = `page_${Buffer.from('[1,2]').toString('base64url')}`;
  const fraction = `page_${Buffer.from(JSON.stringify({ b: bound, p: 1.5 })).toString('base64url')}`;
  for (const text of ['', 'page_', 'page_%%%', 'x', numbers, fraction, 'page_bnVsbA']) {
    expect(() => readCursor(bound, text)).toThrow('page: not a cursor');
  }
});

test('a cursor is opaque text that passes a query string unchanged', () => {
  expect(writeCursor(bound, { p: Number.MAX_SAFE_INTEGER, q: 'sevt_1' })).toMatch(/^page_[A-Za-z0-9_-]+$/);
});
