import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FileBody } from '../../documents.ts';
import { type Core, find } from '../core.ts';
import { ApiError } from '../errors.ts';
import { isExpired } from './expire.ts';

/** The bytes, as an attachment: what was uploaded is never rendered under the server's own address. */
export async function downloadFile(
  core: Core,
  { file_id }: { file_id: string },
  _: FastifyRequest,
  reply: FastifyReply,
): Promise<undefined> {
  const { body } = await find<FileBody>(core, 'file', file_id);
  if (isExpired(body, core.clock.now())) {
    throw new ApiError(404, 'not_found_error', `file ${file_id} has expired`, { code: 'file_expired' });
  }
  await reply
    .headers({
      'content-type': body.mime_type,
      'content-length': String(body.size_bytes),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(body.filename)}`,
      'x-content-type-options': 'nosniff',
    })
    .send(Readable.from(core.blobs.stream(body.hidden.blob)));
}
