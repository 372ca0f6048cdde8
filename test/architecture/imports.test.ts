import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { cruise, type Report, root } from './cruise.ts';
import { grafts, offences, targets } from './offences.ts';

const law = z
  .object({ forbidden: z.array(z.object({ name: z.string(), comment: z.string() })) })
  .parse(createRequire(import.meta.url)('./imports.cjs'));

test('the tree keeps the law of imports', async () => {
  const { summary } = await cruise(root);
  const broken = summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`);
  expect(broken, `\n${broken.join('\n')}\n${law.forbidden[0]?.comment}\n`).toEqual([]);
}, 60_000);

test('the checker really reads the tree', async () => {
  const { modules } = await cruise(root);
  const ours = modules.filter(({ source }) => /^(src|tools)\/.*\.ts$/.test(source));
  expect(ours.length).toBeGreaterThan(100);
}, 60_000);

test('every rule says how to change it', () => {
  for (const rule of law.forbidden) expect(rule.comment).toContain('src/README.md');
});

describe('each rule catches an offence', () => {
  let copy = '';
  let report: Report;

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'vigil-law-'));
    for (const folder of ['src', 'tools', 'package.json', 'tsconfig.json']) {
      await cp(join(root, folder), join(copy, folder), { recursive: true });
    }
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const [path, source] of Object.entries(targets)) await put(path, source);
    for (const { path, source, beside } of offences) {
      await put(path, source);
      for (const [other, text] of Object.entries(beside ?? {})) await put(other, text);
    }
    for (const { path, specifier } of grafts) {
      const whole = await readFile(join(copy, path), 'utf8').catch(() => '');
      await put(path, `import '${specifier}';\n${whole}`);
    }
    report = await cruise(copy);
  }, 60_000);
  afterAll(() => rm(copy, { recursive: true, force: true }));

  async function put(path: string, source: string): Promise<void> {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), source);
  }

  test.each([...offences, ...grafts])('$rule refuses $path', ({ rule, path }) => {
    const names = report.summary.violations.filter((v) => v.from === path).map((v) => v.rule.name);
    expect(names).toContain(rule);
  });

  test('no rule is without an offence', () => {
    const tested = new Set([...offences, ...grafts].map(({ rule }) => rule));
    expect(law.forbidden.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
  });
});
