import type { InMemoryFs } from 'just-bash';
import { home } from '../disk.ts';
import { ToolFault } from './fault.ts';

/** Above this a file is read in ranges and not edited. */
const maxFileBytes = 256 * 1024;
type Input = Record<string, unknown>;

/** The harness has checked the input against the tool's schema; this only narrows it. */
export function textOf(input: Input, field: string): string {
  const value = input[field];
  if (typeof value !== 'string') throw new ToolFault(`${field} is required`);
  return value;
}

export function locate(fs: InMemoryFs, path: string): string {
  return fs.resolvePath(home, path);
}

export async function read(fs: InMemoryFs, input: Input): Promise<string> {
  const name = textOf(input, 'file_path');
  const path = await regularFile(fs, 'read', name);
  const range = rangeOf(input.view_range);
  const { size } = await fs.stat(path);
  if (range === null && size > maxFileBytes) {
    throw new ToolFault(
      `read: ${name} is ${size} bytes, exceeds ${maxFileBytes}-byte limit. Use the view_range parameter to read specific line ranges, e.g. view_range: [1, 500].`,
    );
  }
  const text = await fs.readFile(path);
  if (range === null) return text;
  const lines = text.split('\n');
  const selected = lines.slice(Math.max(0, range.start - 1), range.end > 0 ? range.end : lines.length).join('\n');
  if (selected.length > maxFileBytes) {
    throw new ToolFault(
      `read: view_range [${range.start}, ${range.end}] of ${name} exceeds ${maxFileBytes}-byte limit. Narrow the view_range to read a smaller portion.`,
    );
  }
  return selected;
}

function rangeOf(value: unknown): { start: number; end: number } | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const [start, end] = value;
  if (typeof start !== 'number' || typeof end !== 'number') {
    throw new ToolFault('read: view_range must be [start_line, end_line]');
  }
  return { start, end };
}

export async function write(fs: InMemoryFs, input: Input): Promise<string> {
  const name = textOf(input, 'file_path');
  const content = textOf(input, 'content');
  const path = locate(fs, name);
  await fs.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true });
  await fs.writeFile(path, content);
  return `wrote ${Buffer.byteLength(content)} bytes to ${name}`;
}

export async function edit(fs: InMemoryFs, input: Input): Promise<string> {
  const name = textOf(input, 'file_path');
  const before = textOf(input, 'old_string');
  const after = textOf(input, 'new_string');
  if (before === '') throw new ToolFault('edit: old_string is required');
  const path = await regularFile(fs, 'edit', name);
  const { size } = await fs.stat(path);
  if (size > maxFileBytes) throw new ToolFault(`edit: ${name} is ${size} bytes, exceeds ${maxFileBytes}-byte limit.`);
  const pieces = (await fs.readFile(path)).split(before);
  const count = pieces.length - 1;
  if (count === 0) throw new ToolFault(`edit: old_string not found in ${name}`);
  if (count > 1 && input.replace_all !== true) {
    throw new ToolFault(`edit: old_string appears ${count} times in ${name} (must be unique)`);
  }
  await fs.writeFile(path, pieces.join(after));
  return `edited ${name} (${count} replacement(s))`;
}

async function regularFile(fs: InMemoryFs, tool: string, name: string): Promise<string> {
  const path = locate(fs, name);
  if (!(await fs.exists(path))) throw new ToolFault(`${tool}: ${name}: no such file`);
  if (!(await fs.stat(path)).isFile) throw new ToolFault(`${tool}: ${name} is not a regular file`);
  return path;
}
