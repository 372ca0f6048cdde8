/** Finds a recorded world: by path, by the name of a bundled one, or by the beginning of its name. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../lib/package-root.ts';
import { CommandFailed, codeOf, wrongUse } from './fail.ts';

const manifest = z.object({ name: z.string(), summary: z.string(), alert_source: z.string() });

export interface WorldFolder {
  dir: string;
  name: string;
  summary: string;
  alertSource: string;
  /** The webhook body exactly as it was sent. */
  alert: Buffer;
}

export async function findWorld(nameOrPath: string): Promise<WorldFolder> {
  const dir = await locate(nameOrPath);
  const [described, alert] = await Promise.all([read(dir, 'world.json'), read(dir, 'alert.json')]);
  const parsed = manifest.safeParse(parseJson(described.toString('utf8')));
  if (!parsed.success) {
    throw new CommandFailed(`${join(dir, 'world.json')} is not a world description.`, {
      hint: 'It needs at least name, summary and alert_source; docs/architecture.md has the format.',
      cause: parsed.error,
    });
  }
  const { name, summary, alert_source: alertSource } = parsed.data;
  return { dir, name, summary, alertSource, alert };
}

export async function bundledWorlds(): Promise<string[]> {
  const folder = join(packageRoot(), 'fixtures');
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = await Promise.all(
    entries.map(async (entry) => ((await isFile(join(folder, entry.name, 'world.json'))) ? [entry.name] : [])),
  );
  return names.flat().sort();
}

async function locate(nameOrPath: string): Promise<string> {
  const bundled = await bundledWorlds();
  const name = bundled.find((one) => one === nameOrPath) ?? bundled.find((one) => one.startsWith(nameOrPath));
  if (name !== undefined) return join(packageRoot(), 'fixtures', name);
  const dir = resolve(nameOrPath);
  if (await isFile(join(dir, 'world.json'))) return dir;
  const known =
    bundled.length > 0 ? `Bundled worlds: ${bundled.join(', ')}.` : 'Make the bundled ones with `npm run worlds`.';
  throw wrongUse(`There is no world "${nameOrPath}".`, `Name a folder that holds world.json. ${known}`);
}

async function read(dir: string, file: string): Promise<Buffer> {
  return readFile(join(dir, file)).catch((cause: unknown) => {
    const why = codeOf(cause) === 'ENOENT' ? 'is missing' : 'cannot be read';
    throw new CommandFailed(`The world is incomplete: ${join(dir, file)} ${why}.`, {
      hint: 'Bundled worlds are made again by `npm run worlds`.',
      cause,
    });
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}
