import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, digest } from '../../src/lib/digest.ts';

describe('canonical JSON (RFC 8785)', () => {
  test('sorts keys by code unit, at every depth, and writes no blanks', () => {
    expect(canonicalJson({ b: [1, { z: null, a: true }], a: 'x', '€': 1, A: 2 })).toBe(
      '{"A":2,"a":"x","b":[1,{"a":true,"z":null}],"€":1}',
    );
  });

  test('writes numbers as ECMAScript does', () => {
    expect(canonicalJson([1e-7, -0, 4.5, 1e3])).toBe('[1e-7,0,4.5,1000]');
  });

  test.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['an integer beyond 2^53', 2 ** 53],
    ['half a character', '\ud800'],
    ['undefined', undefined],
    ['undefined inside', { a: undefined }],
    ['a function', () => 1],
  ])('refuses %s, which has no canonical form', (_name, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  test('order of keys never changes the digest; any other change does', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.integer(), { minKeys: 2 }), (record) => {
        const reversed = Object.fromEntries(Object.entries(record).reverse());
        expect(digest(reversed)).toBe(digest(record));
        expect(digest({ ...record, added: 'x' })).not.toBe(digest(record));
      }),
    );
  });

  test('text that looks alike but is encoded differently has another digest', () => {
    expect(digest('\u00e9')).not.toBe(digest('e\u0301'));
  });
});
