import type { AlertQuery, PastAlert } from './history.ts';

/** Those that were asked for, newest first, as many as were asked for. */
export function pickAlerts(
  all: readonly PastAlert[],
  { service, name, firing, limit }: Omit<AlertQuery, 'range'>,
  { from, to }: { from: number; to: number },
): { data: PastAlert[]; truncated: boolean } {
  const fitting = all
    .filter(
      ({ startedAt, endedAt }) => Date.parse(startedAt) <= to && (endedAt === null || Date.parse(endedAt) >= from),
    )
    .filter((one) => (service === null || one.service === service) && (name === null || one.name === name))
    .filter(({ endedAt }) => !firing || endedAt === null)
    .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt) || (a.name < b.name ? -1 : 1));
  return { data: fitting.slice(0, limit), truncated: fitting.length > limit };
}
