/** The runbooks of some folders: one sub-folder each, holding `SKILL.md` and what it refers to. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { ConfigError } from './config.ts';
import type { Runbook, RunbookAbout } from './sre/runbook.ts';

const frontMatter = z.object({
  metadata: z
    .object({ 'last-reviewed': z.string().max(40).optional(), sources: z.string().max(500).optional() })
    .default({}),
});

/** A team's own come first, and take the place of a bundled one of the same name. Throws `ConfigError` for a folder that is not there. */
export async function loadRunbooks(own: readonly string[], bundled: string): Promise<Runbook[]> {
  for (const folder of own) await refuseMissing(folder);
  const bySlug = new Map<string, Runbook>();
  for (const folder of [...own, bundled])
    for (const runbook of await runbooksIn(folder)) if (!bySlug.has(runbook.slug)) bySlug.set(runbook.slug, runbook);
  return [...bySlug.values()];
}

async function refuseMissing(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() === true) return;
  throw new ConfigError(`there is no folder ${folder}, which \`runbooks:\` names`, {
    hint: 'Make it, with one folder for each runbook and a SKILL.md in it, or take it out of vigil.yaml.',
  });
}

/** Empty when the folder does not exist. Links are not followed. */
async function runbooksIn(folder: string): Promise<Runbook[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const slugs = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const runbooks = await Promise.all(
    slugs.sort().map(async (slug) => {
      const files = await filesIn(join(folder, slug));
      const skill = files.find(({ path }) => path === 'SKILL.md');
      return skill === undefined ? [] : [{ slug, files, about: aboutIn(Buffer.from(skill.bytes).toString('utf8')) }];
    }),
  );
  return runbooks.flat();
}

async function filesIn(folder: string): Promise<Runbook['files']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({ path: relative(folder, file).split(sep).join('/'), bytes: await readFile(file) })),
  );
}

/** What cannot be read says nothing about its age; the skill itself is checked when it is published. */
function aboutIn(text: string): RunbookAbout {
  const head = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? '';
  const read = frontMatter.safeParse(yamlIn(head));
  const metadata = read.success ? read.data.metadata : {};
  return { lastReviewed: metadata['last-reviewed'] ?? null, sources: metadata.sources ?? null };
}

function yamlIn(text: string): unknown {
  try {
    // Dates stay the words that were written.
    return parseYaml(text, { schema: 'failsafe' });
  } catch {
    return null;
  }
}
