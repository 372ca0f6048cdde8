import { expect, test } from 'vitest';
import { type BundleFile, toBundle } from '../../../src/core/api/skills/bundle.ts';

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
