/** What keeps a server from starting, in words that help whoever runs it. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, ConfigError } from '../config.ts';

/** Throws `ConfigError`. */
export async function ensureWritable(dataDir: string): Promise<void> {
  const probe = join(dataDir, `.probe-${process.pid}`);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeFile(probe, '');
    await rm(probe);
  } catch (cause) {
    const hint =
      'Choose another folder with --data or VIGIL_DATA, or make this one writable for the user that runs Vigil.';
    throw new ConfigError(`the data directory ${dataDir} cannot be written`, { hint, cause });
  }
}

/** The error as `ConfigError`, where it is one of those that the operator can put right. */
export function cannotListen(error: unknown, { host, port }: Config): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') {
    const hint = 'Stop the other program, or choose another port with --port (0 takes a free one).';
    return new ConfigError(`port ${port} on ${host} is in use`, { hint, cause: error });
  }
  if (code === 'EACCES') {
    return new ConfigError(`port ${port} on ${host} may not be opened`, {
      hint: 'Ports below 1024 need a privilege; choose a higher one.',
      cause: error,
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new ConfigError(`${host} is no address of this machine`, {
      hint: 'Use 127.0.0.1, or 0.0.0.0 for all addresses.',
      cause: error,
    });
  }
  return error;
}
