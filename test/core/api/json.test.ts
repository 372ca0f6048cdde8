import { expect, test } from 'vitest';
import { parseJson } from '../../../src/core/api/json.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');

test('an empty body is no value, and a body is read whatever its content type says', () => {
  expect(parseJson(bytes(''), 'application/json')).toBeUndefined();
  expect(parseJson(bytes('{"a":[1]}'), 'text/plain')).toEqual({ a: [1] });
});

test('broken JSON and bytes that are not UTF-8 are refused', () => {
  expect(() => parseJson(bytes('{"a":'), '')).toThrow('not valid JSON');
  expect(() => parseJson(Buffer.from([0x22, 0xff, 0xfe, 0x22]), '')).toThrow('not valid utf-8');
});

test('nesting is allowed to 64 levels, and a million levels do not break the server', () => {
  const nested = (depth: number) => bytes('['.repeat(depth) + ']'.repeat(depth));
  expect(() => parseJson(nested(64), '')).not.toThrow();
  expect(() => parseJson(nested(65), '')).toThrow('nested deeper');
  expect(() => parseJson(nested(1_000_000), '')).toThrow();
});

test('keys that reach into prototypes are refused, also when written with escapes', () => {
  expect(() => parseJson(bytes('{"a":{"__proto__":{"x":1}}}'), '')).toThrow('__proto__');
  expect(() => parseJson(bytes('{"\\u005f_proto__":{"x":1}}'), '')).toThrow('__proto__');
});

test('other charsets are decoded or refused by name', () => {
  expect(parseJson(Buffer.from([0x22, 0xe9, 0x22]), 'application/json; charset=iso-8859-1')).toBe('é');
  expect(() => parseJson(bytes('{}'), 'application/json; charset=utf-16')).toThrow('charset');
});

test('quotes and backslashes do not hide depth, and do not make it up', () => {
  const deep = `${'['.repeat(64)}{}${']'.repeat(64)}`;
  for (const text of ['\\"', '\\\\', '\\\\\\"', '[[[', '"'.replace('"', '\\u0022')]) {
    expect(parseJson(bytes(`["${text}",["${'['.repeat(100)}"]]`), '')).toEqual(expect.any(Array));
    expect(() => parseJson(bytes(`["${text}",${deep}]`), '')).toThrow('nested deeper');
  }
});

test('more values than any request has, and numbers that are none when read, are refused', () => {
  expect(parseJson(bytes(`[${'0,'.repeat(100_000)}0]`), '')).toHaveLength(100_001);
  expect(() => parseJson(bytes(`[${'0,'.repeat(300_000)}0]`), '')).toThrow('more than 250000 values');
  expect(() => parseJson(bytes('{"a":[1e400]}'), '')).toThrow('too large');
  expect(() => parseJson(bytes('-1e400'), '')).toThrow('too large');
});
