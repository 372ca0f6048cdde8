/** The runbooks of a folder: one sub-folder each, holding `SKILL.md` and what it refers to. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Runbook } from './sre/agent/publish.ts';

/** Empty when the folder does not exist. Links are not followed. */
export async function loadRunbooks(folder: string): Promise<Runbook[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const slugs = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const runbooks = await Promise.all(
    slugs.sort().map(async (slug) => ({ slug, files: await filesIn(join(folder, slug)) })),
  );
  return runbooks.filter(({ files }) => files.some(({ path }) => path === 'SKILL.md'));
}

async function filesIn(folder: string): Promise<Runbook['files']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({ path: relative(folder, file).split(sep).join('/'), bytes: await readFile(file) })),
  );
}
