/** How the product's API refuses: one shape, and always what to do next. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { UnsafeJson } from '../lib/parse-json.ts';
import { IncidentsUnavailable } from '../sre/ports/incidents.ts';

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly status: number;
  readonly code: string;
  readonly hint: string | null;
  constructor(status: number, code: string, message: string, hint: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

/** Fastify repeats the address it did not like, whole. */
const MAX_ECHO = 300;
export const RETRY_AFTER_SECONDS = '5';

export function sendFailure(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = asFailure(error);
  if (failure.status >= 500)
    request.log.error({ error: String(error), cause: String(error.cause ?? '') }, 'request failed');
  if (failure.status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  const { code, message, hint } = failure;
  return reply.code(failure.status).send({ error: { code, message, hint } });
}

export function asFailure(error: FastifyError | Error): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof IncidentsUnavailable) {
    const hint = 'Nothing was stored. Check the disk and the permissions of the data directory, then send it again.';
    return new Failure(503, 'store_unavailable', error.message, hint);
  }
  if (error instanceof UnsafeJson) return new Failure(400, 'bad_request', error.message);
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status === 413)
    return new Failure(413, 'too_large', 'the body is larger than 1 MiB', 'Send less in one request.');
  if (status >= 400 && status < 500) return new Failure(status, 'bad_request', error.message.slice(0, MAX_ECHO));
  return new Failure(500, 'internal', 'something went wrong inside Vigil', 'The log of the server says more.');
}
