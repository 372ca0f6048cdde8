import { expect, test } from 'vitest';
import { unzip, type ZipFile, zip } from '../../src/lib/zip.ts';

const file = (path: string, text = 'text', executable = false): ZipFile => ({
  path,
  bytes: Buffer.from(text),
  executable,
});

test('what is zipped comes back with bytes, paths and the executable bit', () => {
  const files = [file('s/SKILL.md'), file('s/run.sh', '#!/bin/sh\n', true), file('s/ü.md', 'é')];
  expect(unzip(zip(files), 10_000)).toEqual(files);
});

test('a link in an archive is refused', () => {
  const archive = zip([file('s/SKILL.md'), file('s/link', '/etc/passwd')]);
  const entry = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  archive.writeUInt16LE(0o120777, entry + 40);
  expect(() => unzip(archive, 10_000)).toThrow('"s/link" is no plain file');
});

test('a damaged, cut or too large archive is refused', () => {
  const archive = zip([file('SKILL.md')]);
  const damaged = Buffer.from(archive);
  damaged.writeUInt8(damaged.readUInt8(45) ^ 0xff, 45);
  expect(() => unzip(damaged, 10_000)).toThrow('damaged');
  expect(() => unzip(archive.subarray(0, 40), 10_000)).toThrow();
  expect(() => unzip(archive, 3)).toThrow('more than');
});
