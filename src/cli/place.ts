/** Which server a command talks to, and with which key: flags first, then the environment, then the data directory. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Environment, whereabouts } from '../config.ts';
import type { Place } from './api.ts';
import { codeOf, wrongUse } from './fail.ts';

export type { Environment };
export interface PlaceFlags {
  url?: string;
  key?: string;
  data?: string;
}

export function withPlace(command: Command): Command {
  return command
    .option('--url <url>', 'the server (VIGIL_URL; default http://127.0.0.1:8400)')
    .option('--key <key>', 'its API key (VIGIL_API_KEY; default: read from the data directory)')
    .option('--data <dir>', 'its data directory, where this machine can read it (VIGIL_DATA; default .vigil)');
}

export async function findPlace(flags: PlaceFlags, env: Environment): Promise<Place> {
  const url = serverUrl(flags, env);
  const given = flags.key ?? env.VIGIL_API_KEY;
  return { url, apiKey: given ?? (await storedKey(dataDir(flags, env))) };
}

export function serverUrl(flags: PlaceFlags, env: Environment): string {
  const written = flags.url ?? env.VIGIL_URL ?? localUrl(flags, env);
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw wrongUse(`"${written}" is not the URL of a server.`, 'It looks like http://127.0.0.1:8400.');
  }
  return url.href.replace(/\/+$/, '');
}

export function dataDir(flags: PlaceFlags, env: Environment): string {
  return whereabouts(env, flags.data === undefined ? {} : { data: flags.data }).dataDir;
}

function localUrl(flags: PlaceFlags, env: Environment): string {
  const { host, port } = whereabouts(env, flags.data === undefined ? {} : { data: flags.data });
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

async function storedKey(dir: string): Promise<string> {
  const path = join(dir, 'api-key');
  return (
    await readFile(path, 'utf8').catch((cause: unknown) => {
      const why = codeOf(cause) === 'ENOENT' ? `${path} does not exist` : `${path} cannot be read`;
      throw wrongUse(
        `No API key: ${why}.`,
        'Give it with --key or VIGIL_API_KEY, or name the data directory of the server with --data.',
      );
    })
  ).trim();
}
