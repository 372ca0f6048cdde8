/** Skills as folders, each with a SKILL.md whose head names it; what is in `scripts/` may be executed. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { BundledSkill, BundledSkills } from '../../ports/bundled-skills.ts';

const head = z.object({
  name: z.string(),
  description: z.string(),
  metadata: z.object({ title: z.string(), version: z.string().regex(/^\d{8}$/) }),
});

/** In order of their names. Rejects when a folder is not a skill: the installation is incomplete. */
export async function readSkillFolders(root: string): Promise<BundledSkills> {
  const folders = await readdir(root);
  return await Promise.all(folders.sort().map((folder) => readSkill(join(root, folder))));
}

async function readSkill(folder: string): Promise<BundledSkill> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(paths.sort().map((path) => readOne(folder, path)));
  const { name, description, metadata } = headOf(await readFile(join(folder, 'SKILL.md'), 'utf8'));
  return { name, description, displayName: metadata.title, version: metadata.version, files };
}

async function readOne(folder: string, file: string): Promise<BundledSkill['files'][number]> {
  const path = relative(folder, file).split(sep).join('/');
  return { path, bytes: await readFile(file), executable: path.startsWith('scripts/') };
}

function headOf(markdown: string): z.output<typeof head> {
  return head.parse(parse(/^---\n([\s\S]*?)\n---\n/.exec(markdown)?.[1] ?? ''));
}
