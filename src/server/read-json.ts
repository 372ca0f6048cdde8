/** Bodies of the product's API: what a person decides must not depend on which of two readings a parser prefers. */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseJson, UnsafeJson } from '../lib/parse-json.ts';

const MAX_DEPTH = 64;

/** Takes JSON only, and refuses keys given twice, `__proto__`, deep nesting and bytes that are no UTF-8. */
export function readJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    async (_: FastifyRequest, body: Buffer) => parse(body),
  );
}

function parse(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new UnsafeJson('the body is not UTF-8');
  return parseJson(body.toString('utf8'), MAX_DEPTH);
}
