import { SchemaUnknown } from '../../lib/migrate-postgres.ts';
import { adviceFor, isLost } from '../../lib/postgres.ts';
import { IncidentsUnavailable } from '../../sre/ports/incidents.ts';

/** The error callers see: outages become `IncidentsUnavailable` with advice, everything else stays what it is. */
export function toUnavailable(error: unknown): unknown {
  if (error instanceof SchemaUnknown) return new IncidentsUnavailable(error.message, { cause: error });
  const advice = adviceFor(error) ?? (isLost(error) ? 'it does not answer' : null);
  if (advice === null || !(error instanceof Error)) return error;
  return new IncidentsUnavailable(`the incident database cannot be used: ${advice} (${error.message})`, {
    cause: error,
  });
}
