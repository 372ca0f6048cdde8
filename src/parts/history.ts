/** What fired before and fires now, of all who know something of it, as one. */
import type { TelemetrySource } from '../config.ts';
import type { Named } from '../sre/merging/ask-all.ts';
import { mergeAlerts } from '../sre/merging/merge-alerts.ts';
import type { AlertHistory } from '../sre/ports/history.ts';
import { named } from './named.ts';

/** `remembered`: of a world, or of Vigil itself. What an Alertmanager says of the present is believed first. */
export async function alertHistory(
  sources: readonly TelemetrySource[],
  remembered: Named<AlertHistory>,
  now: () => Date,
): Promise<AlertHistory> {
  if (sources.length === 0) return remembered.port;
  const { alertmanagerAlerts } = await import('../adapters/alertmanager/firing.ts');
  return mergeAlerts([...named('alertmanager', sources, now, alertmanagerAlerts), remembered]);
}
