/** The one key of an installation: given from outside, or made at first start beside the data. */
import { randomBytes } from 'node:crypto';
import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SecretUnreadable } from '../../ports/secrets.ts';

const KEY_BYTES = 32;

/** A key from configuration: 32 bytes as base64 or as 64 hexadecimal digits. */
export function parseKey(text: string): Buffer {
  const trimmed = text.trim();
  const key = /^[0-9a-fA-F]{64}$/.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new SecretUnreadable(
    `the master key must be ${KEY_BYTES} bytes, as base64 or hexadecimal; "openssl rand -base64 32" makes one`,
  );
}

/** Reads the key file, or makes it, mode 0600 and on disk before it is first used. */
export async function readOrMakeKey(path: string): Promise<Buffer> {
  return (await readKey(path)) ?? (await makeKey(path));
}

async function readKey(path: string): Promise<Buffer | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return null;
    throw new SecretUnreadable(`the key file ${path} cannot be read`, { cause: error });
  });
  if (text === null) return null;
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) throw new SecretUnreadable(`others can read the key file; run "chmod 600 ${path}"`);
  return parseKey(text);
}

/** Written aside and linked into place: there is a whole key under the name, or none; of two makers one wins. */
async function makeKey(path: string): Promise<Buffer> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await link(aside, path).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error;
  });
  await unlink(aside);
  await syncFolder(dirname(path));
  const key = await readKey(path);
  if (key === null) throw new SecretUnreadable(`the key file ${path} vanished while it was made`);
  return key;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
