/** The folder that holds package.json, whether this file runs from `src` or from `dist`: content lies beside it. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export function packageRoot(from: string = import.meta.dirname): string {
  let folder = from;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${from}: the installation is incomplete`);
    folder = parent;
  }
  return folder;
}
