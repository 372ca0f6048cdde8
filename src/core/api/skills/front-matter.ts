/** Name and description from the head of a SKILL.md. */
import { parse } from 'yaml';
import type { z } from 'zod';
import { invalid, invalidFields } from '../errors.ts';
import { frontMatter } from './schema.ts';

export function readFrontMatter(markdown: string): z.output<typeof frontMatter> {
  const head = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---\s*(\r?\n|$)/.exec(markdown)?.[1];
  if (head === undefined) throw invalid('SKILL.md: begin with YAML front matter between two lines of ---');
  let value: unknown;
  try {
    value = parse(head, { maxAliasCount: 10 });
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable';
    throw invalid(`SKILL.md: the front matter is not valid YAML: ${why}`, undefined, error);
  }
  const read = frontMatter.safeParse(value);
  if (!read.success) throw invalid(`SKILL.md: ${invalidFields(read.error).message}`);
  return read.data;
}
