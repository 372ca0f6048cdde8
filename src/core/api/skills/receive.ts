/** A skill as it arrives: repeated parts `files[]`, whose names keep their folder, or one zip. */
import type { FastifyRequest } from 'fastify';
import { unzip, ZipError } from '../../../lib/zip.ts';
import { invalid, tooLarge } from '../errors.ts';
import { bytesOf, parts } from '../multipart.ts';
import { type Bundle, type BundleFile, toBundle } from './bundle.ts';
import { displayName } from './schema.ts';

export interface ReceivedSkill {
  bundle: Bundle;
  displayName: string | null;
}

/** `most` bytes in all, as they are unpacked. */
export async function receiveSkill(request: FastifyRequest, most: number): Promise<ReceivedSkill> {
  const files: BundleFile[] = [];
  let name: string | null = null;
  let room = most;
  for await (const part of parts(request, most)) {
    if (part.type === 'field') {
      if (isName(part.fieldname)) name = nameOf(part.value);
      continue;
    }
    if (part.fieldname !== 'files[]' && part.fieldname !== 'files') {
      throw invalid(`files[]: unexpected part "${part.fieldname.slice(0, 64)}"`);
    }
    const bytes = await collect(bytesOf(part), room);
    room -= bytes.length;
    files.push({ path: part.filename, bytes, executable: false });
  }
  const [only] = files;
  const zipped = files.length === 1 && only !== undefined && isZip(only.bytes);
  return { bundle: toBundle(zipped ? unpack(only.bytes, most) : files), displayName: name };
}

function unpack(archive: Buffer, most: number): BundleFile[] {
  try {
    return unzip(archive, most);
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    throw error.isTooLarge ? tooLarge(error.message) : invalid(`files[]: ${error.message}`, undefined, error);
  }
}

async function collect(stream: AsyncIterable<Uint8Array>, room: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > room) throw tooLarge('the files are more than a skill may hold');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isZip(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32LE(0) === 0x04034b50;
}

/** `display_title` is what the field was called before October 2026. */
function isName(field: string): boolean {
  return field === 'display_name' || field === 'display_title';
}

function nameOf(value: unknown): string {
  const read = displayName.safeParse(value);
  if (!read.success) throw invalid('display_name: must have 1 to 255 characters on one line');
  return read.data;
}
