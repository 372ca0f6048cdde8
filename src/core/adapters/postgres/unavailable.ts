import { adviceFor, isLost } from '../../../lib/postgres.ts';
import { StoreUnavailable } from '../../ports/store.ts';

export function isOutage(error: unknown): boolean {
  return error instanceof StoreUnavailable || isLost(error) || adviceFor(error) !== null;
}

/** The error callers see: outages become `StoreUnavailable` with advice, everything else stays what it is. */
export function toUnavailable(error: unknown): unknown {
  if (error instanceof StoreUnavailable || !isOutage(error) || !(error instanceof Error)) return error;
  const advice = adviceFor(error) ?? 'it does not answer';
  return new StoreUnavailable(`The database cannot be used: ${advice} (${error.message}).`, { cause: error });
}
