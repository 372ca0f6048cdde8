/** Endpoints of the service that this server does not have: the caller is told so, and not to try again. */
import { ApiError } from './errors.ts';

const families: readonly { path: RegExp; what: string }[] = [
  { path: /^\/v1\/messages\/batches(\/|$)/, what: 'batches of messages; ask the model service itself' },
];

/** 501 for a known family that is missing, 404 for a path that no server of this kind has. */
export function noSuchEndpoint(method: string, path: string): ApiError {
  const missing = families.find((family) => family.path.test(path));
  if (missing === undefined) return new ApiError(404, 'not_found_error', `no such endpoint: ${method} ${path}`);
  return new ApiError(501, 'api_error', `this server does not offer ${missing.what}`, {
    headers: { 'x-should-retry': 'false' },
  });
}
