/** Whatever was thrown, as the status, headers and body of an error reply. */
import { BlobMissing, BlobTooLarge } from '../ports/blobs.ts';
import { SecretUnreadable } from '../ports/secrets.ts';
import { StoreUnavailable } from '../ports/store.ts';
import { ApiError, invalid, tooLarge } from './errors.ts';

/** The framework repeats the address it did not like, whole. */
const MAX_ECHO = 300;

export interface ErrorReply {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: object;
}

export function toReply(thrown: unknown, requestId: string): ErrorReply {
  const error = toApiError(thrown);
  return {
    status: error.status,
    headers: error.headers,
    body: {
      type: 'error',
      error: {
        type: error.type,
        message: error.message,
        ...error.fields,
        ...(error.details === undefined ? {} : { details: error.details }),
      },
      request_id: requestId,
    },
  };
}

export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof StoreUnavailable) {
    return new ApiError(503, 'api_error', 'the store cannot be read or written now; nothing of this request was kept', {
      headers: { 'retry-after': '2' },
      cause: thrown,
    });
  }
  if (thrown instanceof BlobTooLarge) return tooLarge('the upload is larger than this endpoint accepts', thrown);
  if (thrown instanceof BlobMissing) {
    return new ApiError(500, 'api_error', 'the stored bytes are missing or damaged', { cause: thrown });
  }
  if (thrown instanceof SecretUnreadable) return new ApiError(500, 'api_error', thrown.message, { cause: thrown });
  return fromFramework(thrown) ?? new ApiError(500, 'api_error', 'internal error', { cause: thrown });
}

/** Errors of the HTTP framework carry a status; those below 500 speak about the request and may be shown. */
function fromFramework(thrown: unknown): ApiError | null {
  if (!(thrown instanceof Error) || !('statusCode' in thrown)) return null;
  const status = thrown.statusCode;
  if (status === 413) return tooLarge('the request body is larger than this endpoint accepts', thrown);
  if (typeof status === 'number' && status >= 400 && status < 500) return invalid(thrown.message.slice(0, MAX_ECHO));
  return null;
}
