import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../src/config.ts';
import { packageRoot } from '../src/lib/package-root.ts';
import { loadRunbooks } from '../src/runbooks.ts';

const frontMatter = z.object({
  name: z.string().regex(/^(?!-)(?!.*--)[a-z0-9-]{1,64}(?<!-)$/, 'lower case letters, digits and single hyphens'),
  description: z
    .string()
    .min(1)
    .max(1024)
    .regex(/Use when/, 'says when to use it'),
  metadata: z
    .object({
      alerts: z.string().min(1),
      owner: z.string().min(1),
      'last-reviewed': z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
      sources: z.string().regex(/facts from: \S/, 'names where its facts come from'),
      signs: z
        .string()
        .regex(/^((traffic|errors|latency|saturation|memory|cpu) (rises|steady)(, )?)+$/)
        .optional(),
    })
    .catchall(z.string()),
});
const sections = [
  'Meaning',
  'Impact',
  'Checks',
  'Decision table',
  'Safe actions',
  'Harmful actions',
  'Known false alarms',
];

const root = packageRoot();
const toolNames = (await readdir(join(root, 'tools')))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3).replaceAll('-', '_'));
const entries = await readdir(join(root, 'runbooks'), { withFileTypes: true });
const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);

describe.each(folders)('the runbook %s', async (folder) => {
  const text = await readFile(join(root, 'runbooks', folder, 'SKILL.md'), 'utf8');
  const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];

  test('has front matter that names its folder and says when to use it', () => {
    expect(frontMatter.parse(parse(head)).name).toBe(folder);
  });

  test('has every section, in order', () => {
    const found = [...body.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    expect(found).toEqual(sections);
  });

  test('names only tools and runbooks that exist', () => {
    const quoted = [...body.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map((match) => match[1] ?? '');
    const parameters = new Set(['group_by', 'compare_at']);
    expect(quoted.filter((name) => !toolNames.includes(name) && !parameters.has(name))).toEqual([]);
    expect(quoted.filter((name) => toolNames.includes(name)).length).toBeGreaterThan(3);
    const pointers = [...body.matchAll(/\b([a-z0-9]+(?:-[a-z0-9]+)+)(?= \||, [a-z-]+ \|)/g)].map((match) => match[1]);
    const slugs = pointers.filter((slug) =>
      /rollback$|regression$|outage$|backlog$|exhaustion$|expiry$|probe$|5xx$/.test(slug ?? ''),
    );
    expect(slugs.filter((slug) => !folders.includes(slug ?? ''))).toEqual([]);
  });

  test('asks for approval, an undo and a check after every action that changes something', () => {
    const actions = /## Safe actions\n([\s\S]*?)\n## /.exec(body)?.[1] ?? '';
    const items = actions.split(/^- /m).slice(1);
    const changing = items.filter((item) => !/^Report /.test(item));
    expect(changing.length).toBeGreaterThan(0);
    for (const item of changing) {
      for (const word of ['Precondition:', 'Undo:', 'Verify:', 'Needs approval: yes']) {
        expect(item.replace(/\s+/g, ' ')).toContain(word);
      }
    }
  });

  test('stays short enough to be read whole', () => {
    expect(text.split('\n').length).toBeLessThan(500);
    expect(text.length).toBeLessThan(20_000);
  });
});

test('there are runbooks', () => {
  expect(folders.length).toBeGreaterThanOrEqual(20);
});

test("a team's own runbooks come first, and one of the same name takes the place of a bundled one", async () => {
  const own = await mkdtemp(join(tmpdir(), 'vigil-runbooks-'));
  for (const slug of ['dns', 'payments-provider']) {
    await mkdir(join(own, slug));
    await writeFile(join(own, slug, 'SKILL.md'), `---\nname: ${slug}\ndescription: Ours.\n---\n`);
  }
  const bundled = join(root, 'runbooks');
  const loaded = await loadRunbooks([own], bundled);
  expect(loaded.slice(0, 2).map(({ slug }) => slug)).toEqual(['dns', 'payments-provider']);
  expect(loaded.map(({ slug }) => slug).toSorted()).toEqual([...folders, 'payments-provider'].toSorted());
  await rm(own, { recursive: true });
  await expect(loadRunbooks([own], bundled)).rejects.toThrow(ConfigError);
});
