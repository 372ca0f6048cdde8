import { expect, test } from 'vitest';
import { type BundleFile, toBundle } from '../../../src/core/api/skills/bundle.ts';
import { unzip, zip } from '../../../src/core/api/skills/zip.ts';

const main = '---\nname: restart-a-service\ndescription: How to restart.\n---\n# Steps\n';
const file = (path: string, text = main, executable = false): BundleFile => ({
  path,
  bytes: Buffer.from(text),
  executable,
});

test('one enclosing folder is taken off, and the head of SKILL.md gives name and description', () => {
  const bundle = toBundle([file('any/SKILL.md'), file('any/tools/run.sh', '#!/bin/sh')]);
  expect(bundle).toMatchObject({ name: 'restart-a-service', description: 'How to restart.' });
  expect(bundle.files.map((one) => one.path)).toEqual(['SKILL.md', 'tools/run.sh']);
  expect(toBundle([file('SKILL.md'), file('more/x.md', 'x')]).files).toHaveLength(2);
});

test('what macOS leaves in folders and archives is not part of a skill', () => {
  const litter = [file('__MACOSX/any/._SKILL.md', 'x'), file('any/.DS_Store', 'x')];
  expect(toBundle([file('any/SKILL.md'), ...litter]).files.map((one) => one.path)).toEqual(['SKILL.md']);
});

test('what is not one skill in one folder is refused with what to do', () => {
  expect(() => toBundle([])).toThrow('SKILL.md');
  expect(() => toBundle([file('a/SKILL.md'), file('b/x.md')])).toThrow('one folder');
  expect(() => toBundle([file('a/other.md')])).toThrow('SKILL.md');
  expect(() => toBundle([file('a/SKILL.md'), file('a/SKILL.md')])).toThrow('twice');
  expect(() => toBundle([file('a/../SKILL.md')])).toThrow('plain relative path');
  expect(() => toBundle([file('/etc/SKILL.md')])).toThrow('plain relative path');
  expect(() => toBundle([file('SKILL.md'), file('a\nb')])).toThrow('plain relative path');
  expect(() => toBundle([file('SKILL.md', 'no head')])).toThrow('front matter');
  expect(() => toBundle([file('SKILL.md', '---\nname: Has Space\ndescription: x\n---\n')])).toThrow('name');
  expect(() => toBundle([file('SKILL.md', '---\nname: my-claude\ndescription: x\n---\n')])).toThrow('claude');
  expect(() => toBundle([file('SKILL.md', '---\nname: a\ndescription: "<b>x</b>"\n---\n')])).toThrow('tags');
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
  expect(() => unzip(archive, 10)).toThrow('more than');
});
