import type { InMemoryFs } from 'just-bash';
import { home } from '../disk.ts';
import { ToolFault } from './fault.ts';
import { locate, textOf } from './files.ts';

const maxResults = 200;

export async function glob(fs: InMemoryFs, input: Record<string, unknown>): Promise<string> {
  const pattern = textOf(input, 'pattern');
  if (pattern.startsWith('/')) {
    throw new ToolFault('glob: absolute pattern not permitted; pass a relative pattern (and optionally path)');
  }
  if (pattern.split(/[/{},]/).includes('..')) throw new ToolFault('glob: ".." is not permitted in the pattern');
  const root = locate(fs, typeof input.path === 'string' ? input.path : home);
  const matcher = toRegExp(pattern);
  const found: { path: string; at: number }[] = [];
  for (const path of filesUnder(fs, root)) {
    if (!matcher.test(path.slice(root === '/' ? 1 : root.length + 1))) continue;
    // A link may lead nowhere.
    const stat = await fs.stat(path).catch(() => null);
    if (stat?.isFile) found.push({ path, at: stat.mtime.getTime() });
  }
  if (found.length === 0) return 'no matches';
  found.sort((a, b) => b.at - a.at || a.path.localeCompare(b.path));
  const shown = found.slice(0, maxResults).map((file) => file.path);
  if (found.length > maxResults) shown.push(`[${found.length - maxResults} more not shown]`);
  return shown.join('\n');
}

export function filesUnder(fs: InMemoryFs, root: string): string[] {
  const prefix = root === '/' ? '/' : `${root}/`;
  const machine = ['/proc/', '/dev/', '/bin/', '/usr/bin/'];
  return fs
    .getAllPaths()
    .filter(
      (path) => path.startsWith(prefix) && !machine.some((part) => !root.startsWith(part) && path.startsWith(part)),
    );
}

const special: Record<string, string> = {
  '**/': '(?:[^/]+/)*',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
  '{': '(?:',
  '}': ')',
};

/** `**` crosses directories, `*` and `?` do not, `{a,b}` chooses, `[…]` is a set. */
function toRegExp(pattern: string): RegExp {
  let depth = 0;
  const source = pattern.replace(/\*\*\/|\*\*|\[[!^]?[^\]/]*\]|[\s\S]/g, (token) => {
    if (token === '{') depth += 1;
    if (token === ',' && depth > 0) return '|';
    if (token === '}' && depth === 0) return '\\}';
    if (token === '}') depth -= 1;
    if (token.length > 2 && token.startsWith('[')) return token.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    return special[token] ?? token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  try {
    return new RegExp(`^${source}$`);
  } catch (cause) {
    throw new ToolFault(`glob: not a pattern: ${pattern}`, { cause });
  }
}
