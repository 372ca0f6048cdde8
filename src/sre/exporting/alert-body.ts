/** Alerts of an incident as the webhook that would raise it again. */
import type { Alert } from '../alert.ts';

type Told = Pick<
  Alert,
  'name' | 'title' | 'description' | 'service' | 'severity' | 'startsAt' | 'fingerprint' | 'labels' | 'annotations'
>;

export function alertBody(alerts: readonly Told[], groupKey: string): object {
  return {
    ...{ version: '4', groupKey, truncatedAlerts: 0, status: 'firing', receiver: 'vigil' },
    ...{ groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: '' },
    alerts: alerts.map((alert) => ({
      status: 'firing',
      labels: {
        ...alert.labels,
        ...{ alertname: alert.name, severity: alert.severity },
        ...(alert.service === null ? {} : { service: alert.service }),
      },
      annotations: { summary: alert.title, description: alert.description, ...alert.annotations },
      ...{ startsAt: alert.startsAt, endsAt: '0001-01-01T00:00:00Z', generatorURL: '', fingerprint: alert.fingerprint },
    })),
  };
}
