/** Every file below the folder, one after the other, each byte a character: for looking whether something stands there. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function textInFolder(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return (await Promise.all(paths.map(textOf))).join('\n');
}

/** A draft may have got its name meanwhile; then it is looked at under that. */
async function textOf(path: string): Promise<string> {
  try {
    return (await readFile(path)).toString('latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
