import Anthropic from '@anthropic-ai/sdk';
import { ModelError, type ModelFault } from '../../ports/model.ts';

const longestRetryAfterMs = 120_000;

/** The SDK's failures by class. The words are the service's own, without request; `hide` takes out the key. */
export function toModelError(error: unknown, hide: (text: string) => string): ModelError {
  if (error instanceof ModelError) return error;
  const cause = { cause: error };
  if (error instanceof Anthropic.APIConnectionTimeoutError) {
    return new ModelError('timeout', 'The model service did not answer in time.', cause);
  }
  if (error instanceof Anthropic.APIConnectionError) {
    return new ModelError('connection', 'The connection to the model service failed.', cause);
  }
  if (error instanceof Anthropic.APIError) {
    const message = error.apiMessage ?? `The model service answered ${error.status ?? 'with an error'}.`;
    const isLong = error.status === 413 || (error.status === 400 && tooLong.test(message));
    const fault = isLong ? 'too_long' : faultOf(error.status, typeOf(error));
    return new ModelError(fault, hide(message), { ...cause, retryAfterMs: retryAfter(error) });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new ModelError('connection', `The response of the model service broke off: ${hide(reason)}`, cause);
}

/** In the words of the API and of gateways that speak for others; there is no type of its own for it. */
const tooLong =
  /prompt is too long|exceeds? (the )?(maximum )?context|context (window|length|limit)|context_length_exceeded|too many (input )?tokens/i;

/** The service said nothing for too long and was cut off. */
export function toSilence(cause: unknown): ModelError {
  return new ModelError('timeout', 'The model service stopped answering.', { cause });
}

/** An error that comes in the middle of a stream has no status, only a type. */
function faultOf(status: number | undefined, type: string | null): ModelFault {
  switch (type) {
    case 'overloaded_error':
      return 'overloaded';
    case 'rate_limit_error':
      return 'rate_limited';
    case 'timeout_error':
      return 'timeout';
    case 'api_error':
      return 'server';
    case 'billing_error':
      return 'billing';
    case 'authentication_error':
    case 'permission_error':
      return 'authentication';
    default:
      return faultOfStatus(status);
  }
}
function faultOfStatus(status: number | undefined): ModelFault {
  if (status === 529) return 'overloaded';
  if (status === 429) return 'rate_limited';
  if (status === 402) return 'billing';
  if (status === 401 || status === 403) return 'authentication';
  if (status === 404) return 'unknown_model';
  if (status === 408 || status === 504) return 'timeout';
  if (status === undefined || status >= 500) return 'server';
  return 'invalid_request';
}

function typeOf(error: InstanceType<typeof Anthropic.APIError>): string | null {
  return error.type;
}

function retryAfter(error: InstanceType<typeof Anthropic.APIError>): number | null {
  const header = error.headers?.get('retry-after');
  if (header === null || header === undefined) return null;
  const seconds = Number(header);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(milliseconds) ? Math.min(longestRetryAfterMs, Math.max(0, milliseconds)) : null;
}
