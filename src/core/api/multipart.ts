/** Uploads part by part, as they arrive. */
import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { invalid } from './errors.ts';

export const MAX_FILE_BYTES = 500 * 1024 * 1024;

export async function* parts(request: FastifyRequest): AsyncGenerator<Multipart> {
  if (!request.isMultipart()) throw invalid('the body must be multipart/form-data');
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
