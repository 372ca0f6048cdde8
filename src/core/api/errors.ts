/** Every error the wire can show. The class owns status, type and headers; the text is safe to show a caller. */
import type { z } from 'zod';

export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'conflict_error'
  | 'memory_path_conflict_error'
  | 'memory_precondition_failed_error'
  | 'request_too_large'
  | 'rate_limit_error'
  | 'api_error';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly type: ErrorType;
  readonly details: { error_code: string; [name: string]: unknown } | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** What else stands beside type and message, for programs. */
  readonly fields: Readonly<Record<string, string>>;
  constructor(
    status: number,
    type: ErrorType,
    message: string,
    extra: {
      code?: string;
      details?: Record<string, unknown>;
      headers?: Record<string, string>;
      fields?: Record<string, string>;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: extra.cause });
    this.status = status;
    this.type = type;
    this.details = extra.code === undefined ? undefined : { error_code: extra.code, ...extra.details };
    this.headers = extra.headers ?? {};
    this.fields = extra.fields ?? {};
  }
}

export function invalid(message: string, code?: string, cause?: unknown): ApiError {
  return new ApiError(400, 'invalid_request_error', message, code === undefined ? { cause } : { code, cause });
}

export function unauthenticated(): ApiError {
  return new ApiError(
    401,
    'authentication_error',
    'missing or wrong API key; send it as "Authorization: Bearer KEY" or "x-api-key: KEY"',
  );
}

/** The caller is known and may not do this. */
export function forbidden(message: string): ApiError {
  return new ApiError(403, 'permission_error', message);
}

export function notFound(what: string, id: string): ApiError {
  return new ApiError(404, 'not_found_error', `${what} ${shown(id)} not found`);
}

/** Clients retry a 409 by themselves; a conflict that will not go away says so. */
export function conflict(
  message: string,
  type: 'conflict_error' | 'memory_path_conflict_error' | 'memory_precondition_failed_error' = 'conflict_error',
  fields: Record<string, string> = {},
): ApiError {
  return new ApiError(409, type, message, { headers: { 'x-should-retry': 'false' }, fields });
}

export function tooLarge(message: string, cause?: unknown, code?: string): ApiError {
  return new ApiError(413, 'request_too_large', message, code === undefined ? { cause } : { code, cause });
}

/** Back off and send again: the same request may be accepted later. */
export function busy(message: string, seconds: number): ApiError {
  return new ApiError(429, 'rate_limit_error', message, { headers: { 'retry-after': String(seconds) } });
}

/** At most ten problems, each with the path of the field it is about. */
export function invalidFields(error: z.core.$ZodError): ApiError {
  const problems = error.issues.slice(0, 10).map((issue) => {
    const path = issue.path.join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  const more = error.issues.length - problems.length;
  if (more > 0) problems.push(`and ${more} more`);
  return invalid(problems.join('; '));
}

/** An id taken from the path may be anything; it is echoed short. */
function shown(id: string): string {
  return id.length > 80 ? `${id.slice(0, 80)}…` : id;
}
