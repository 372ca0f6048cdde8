import { expect, test } from 'vitest';
import { digestOf, isAmong, mintSecret, opens, readSecret, rotated } from '../../../src/core/api/keys/secret.ts';

const NOW = Date.UTC(2026, 0, 1);

test('a secret names its document, and no two are alike', () => {
  const one = mintSecret('vk', 'apikey_01abc');
  expect(readSecret(one.text)).toEqual({ kind: 'vk', body: '01abc' });
  expect(one.digest).toBe(digestOf(one.text));
  expect(mintSecret('vk', 'apikey_01abc').text).not.toBe(one.text);
  for (const other of [
    '',
    'sk-something',
    'vk_01abc',
    `xx_01abc_${'a'.repeat(43)}`,
    `vk_${'a'.repeat(500)}_${'a'.repeat(43)}`,
  ]) {
    expect(readSecret(other)).toBeNull();
  }
});

test('only the secret itself fits its digest', () => {
  const { text, digest } = mintSecret('vt', 'work_01abc');
  expect(isAmong([digestOf('other'), digest], text)).toBe(true);
  expect(isAmong([digest], `${text}x`)).toBe(false);
  expect(isAmong(['', 'short'], text)).toBe(false);
  expect(isAmong([], text)).toBe(false);
});

test('after a rotation the one before opens until its time, and those before it at once no more', () => {
  const [first, second, third] = [mintSecret('vk', 'a_1'), mintSecret('vk', 'a_1'), mintSecret('vk', 'a_1')];
  const once = rotated([{ digest: first.digest, until: null }], second.digest, NOW, 60);
  expect(opens(once, first.text, NOW + 59_999)).toBe(true);
  expect(opens(once, first.text, NOW + 60_000)).toBe(false);
  expect(opens(once, second.text, NOW + 60_000)).toBe(true);
  const twice = rotated(once, third.digest, NOW + 1, 60);
  expect(opens(twice, first.text, NOW + 1)).toBe(false);
  expect(opens(twice, second.text, NOW + 1)).toBe(true);
  expect(opens(rotated(twice, first.digest, NOW, 0), third.text, NOW)).toBe(false);
});
