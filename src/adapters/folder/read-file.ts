/** Reading the files of a world: absent is null, anything else that goes wrong is a WorldError. */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { z } from 'zod';
import { messageOf, WorldError } from './world-error.ts';

const REMAKE = 'Make the world again, or copy the file from where it came.';

export async function present(dir: string, name: string): Promise<boolean> {
  try {
    return (await stat(join(dir, name))).isFile();
  } catch {
    return false;
  }
}

/** Null when there is no such file. */
export async function readBytes(dir: string, name: string): Promise<Buffer | null> {
  try {
    return await readFile(join(dir, name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new WorldError(
      { file: join(dir, name), what: `cannot be read (${messageOf(error)})`, hint: REMAKE },
      { cause: error },
    );
  }
}

/** Parsed and checked; null when there is no such file. */
export async function readJson<Shape>(dir: string, name: string, shape: z.ZodType<Shape>): Promise<Shape | null> {
  const bytes = await readBytes(dir, name);
  if (bytes === null) return null;
  const file = join(dir, name);
  const text = bytes.toString('utf8');
  const result = shape.safeParse(parseJson(file, text));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
  throw new WorldError({
    file,
    what: `does not have the expected form${where}: ${issue?.message ?? ''}`,
    hint: REMAKE,
  });
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const line = lineOfJsonError(text, messageOf(error));
    throw new WorldError({ file, line, what: `is not JSON (${messageOf(error)})`, hint: REMAKE }, { cause: error });
  }
}

/** V8 says `position N`, or nothing when the text just ends. */
function lineOfJsonError(text: string, message: string): number {
  const position = /position (\d+)/.exec(message)?.[1];
  return text.slice(0, position === undefined ? text.length : Number(position)).split('\n').length;
}

/** Decompressed text in pieces; damaged compression is a WorldError. */
export async function* gunzipText(dir: string, name: string): AsyncGenerator<string> {
  const file = join(dir, name);
  const source = createReadStream(file, { highWaterMark: 1 << 17 });
  const unzip = createGunzip({ chunkSize: 1 << 17 });
  source.on('error', (error) => unzip.destroy(error));
  const decoder = new TextDecoder();
  try {
    for await (const chunk of source.pipe(unzip)) yield decoder.decode(chunk, { stream: true });
  } catch (error) {
    throw new WorldError(
      { file, what: `cannot be decompressed (${messageOf(error)})`, hint: REMAKE },
      { cause: error },
    );
  } finally {
    source.destroy();
    unzip.destroy();
  }
}
