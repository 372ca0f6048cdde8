/** Uploads part by part, as they arrive. */
import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { invalid, tooLarge } from './errors.ts';

export const MAX_FILE_BYTES = 500 * 1024 * 1024;

/** What a form holds beside its files: heads of parts, boundaries, small fields. */
const FORM_BYTES = 1024 * 1024;

/** `most` bytes of files; a form that announces more is refused before it is read. */
export async function* parts(request: FastifyRequest, most: number): AsyncGenerator<Multipart> {
  if (!request.isMultipart()) throw invalid('the body must be multipart/form-data');
  if (Number(request.headers['content-length']) > most + FORM_BYTES) throw tooLarge(`at most ${most} bytes are taken`);
  // The names of skill files carry their folder, so the whole path is asked for.
  const all = request.parts({ preservePath: true });
  for (;;) {
    const next = await blamingSender(all.next());
    if (next.done === true) return;
    yield next.value;
  }
}

/** The bytes of a part. An upload that breaks off ends in 400, not in a short file. */
export async function* bytesOf(part: MultipartFile): AsyncGenerator<Uint8Array> {
  const chunks = part.file[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await blamingSender(chunks.next());
      if (next.done === true) return;
      yield Buffer.from(next.value);
    }
  } finally {
    part.file.resume();
  }
}

/** Errors of the framework carry a status of their own; any other is a form that broke off or is none. */
async function blamingSender<Next>(reading: Promise<Next>): Promise<Next> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error) throw error;
    throw invalid('the upload broke off or is not valid multipart/form-data', undefined, error);
  }
}
