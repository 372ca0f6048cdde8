import type { InMemoryFs } from 'just-bash';
import { home } from '../disk.ts';
import { ToolFault } from './fault.ts';
import { locate, textOf } from './files.ts';
import { filesUnder } from './glob.ts';

const maxCharacters = 99_000;
const maxLine = 2_000;

/**
 * A pattern that takes for ever holds up this worker only, and the server ends it. Lines are shown up to 2,000
 * characters; the search stops when what it found fills an answer.
 */
export async function grep(fs: InMemoryFs, input: Record<string, unknown>): Promise<string> {
  const pattern = compile(textOf(input, 'pattern'));
  const root = locate(fs, typeof input.path === 'string' ? input.path : home);
  if (!(await fs.exists(root))) throw new ToolFault(`grep: ${root}: no such file or directory`);
  const paths = (await fs.stat(root)).isFile ? [root] : filesUnder(fs, root).sort();
  const found: string[] = [];
  let size = 0;
  for (const path of paths) {
    for (const line of await search(fs, path, pattern)) {
      size += line.length + 1;
      if (size > maxCharacters)
        return [...found, '[more matches not shown; narrow the pattern or the path]'].join('\n');
      found.push(line);
    }
  }
  return found.length === 0 ? 'no matches' : found.join('\n');
}

async function search(fs: InMemoryFs, path: string, pattern: RegExp): Promise<string[]> {
  // A link may lead nowhere.
  const stat = await fs.stat(path).catch(() => null);
  if (stat === null || !stat.isFile) return [];
  const text = await fs.readFile(path);
  if (text.slice(0, 8_000).includes('\0')) return [];
  const found: string[] = [];
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    if (pattern.test(line)) found.push(`${path}:${number}:${clip(line)}`);
  }
  return found;
}

function clip(line: string): string {
  return line.length <= maxLine ? line : `${line.slice(0, maxLine)}[line cut: ${line.length} characters]`;
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (cause) {
    throw new ToolFault(`grep: ${cause instanceof Error ? cause.message : 'not a regular expression'}`, { cause });
  }
}
