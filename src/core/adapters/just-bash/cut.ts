/** Keeps what the model reads within bounds; the whole stays where it can be read piece by piece. */
import type { Disk } from './disk.ts';

const longest = 100_000;

export async function cut(content: string, disk: Disk): Promise<string> {
  if (content.length <= longest) return content;
  const path = await keep(content, disk);
  const mark = `\n[output cut: ${content.length} characters, the first part shown; ${path}]`;
  return content.slice(0, longest - mark.length) + mark;
}

async function keep(content: string, disk: Disk): Promise<string> {
  const path = `/tmp/output-${disk.nextNumber()}.txt`;
  try {
    await disk.fs.writeFile(path, content);
    return `the whole is in ${path}`;
  } catch {
    return 'the rest is lost, the sandbox is full';
  }
}
