/** Uploads part by part, as they arrive. */
import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { invalid } from './errors.ts';

export const MAX_FILE_BYTES = 500 * 1024 * 1024;

export async function* parts(request: FastifyRequest): AsyncGenerator<Multipart> {
  if (!request.isMultipart()) throw invalid('the body must be multipart/form-data');
  // The names of skill files carry their folder, so the whole path is asked for.
  yield* request.parts({ preservePath: true });
}
