/** The runbooks of a folder: one sub-folder each, holding `SKILL.md` and what it refers to. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { Runbook, RunbookAbout } from './sre/runbook.ts';

const frontMatter = z.object({
  metadata: z
    .object({ 'last-reviewed': z.string().max(40).optional(), sources: z.string().max(500).optional() })
    .default({}),
});

/** Empty when the folder does not exist. Links are not followed. */
export async function loadRunbooks(folder: string): Promise<Runbook[]> {
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
