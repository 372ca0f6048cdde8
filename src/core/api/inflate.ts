/** Bodies that come compressed, as large as others may be once they are unpacked. */
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { invalid, tooLarge } from './errors.ts';

const UNPACK = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** The bytes under `encoding`, the request's content-encoding. Never holds more than `limit` bytes of them. */
export async function inflated(body: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  const named = encoding?.trim().toLowerCase() ?? 'identity';
  if (named === 'identity' || named === '') return body;
  if (!isKnown(named)) throw invalid('the content-encoding of the body must be gzip, deflate, br or identity');
  try {
    return await UNPACK[named](body, { maxOutputLength: limit });
  } catch (error) {
    if (!isTooLarge(error)) throw invalid(`the body is not valid ${named}`, undefined, error);
    throw tooLarge(
      `the body is larger than ${limit} bytes once unpacked`,
      error,
      'request_body_too_large_after_decoding',
    );
  }
}

function isKnown(name: string): name is keyof typeof UNPACK {
  return Object.hasOwn(UNPACK, name);
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
