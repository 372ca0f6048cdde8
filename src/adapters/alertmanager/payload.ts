/** The webhook body of Alertmanager, version 4, as its alerts. What later versions add is ignored. */
import { z } from 'zod';
import { type Alert, httpLinks, type Severity } from '../../sre/alert.ts';

const MAX_ALERTS = 1000;
const MAX_LABELS = 100;
/** Alertmanager's "not ended". */
const NO_END = '0001-01-01T00:00:00Z';

const MAX_TEXT = 10_000;
/** A novel in an annotation is cut, and says so, rather than costing the alert. */
const text = z.string().transform((value) => (value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)} [cut]` : value));
const pairs = z
  .record(z.string().max(1000), text)
  .refine((labels) => Object.keys(labels).length <= MAX_LABELS, 'too many labels');
const time = z.iso.datetime({ offset: true });

export const payload = z.object({
  version: z.literal('4'),
  groupKey: z.string().min(1).max(20_000),
  receiver: z.string().max(1000),
  externalURL: text.optional(),
  alerts: z
    .array(
      z.object({
        status: z.enum(['firing', 'resolved']),
        labels: pairs,
        annotations: pairs.default({}),
        startsAt: time,
        endsAt: time.optional(),
        generatorURL: text.optional(),
        fingerprint: z.string().min(1).max(200),
      }),
    )
    .min(1)
    .max(MAX_ALERTS),
});
type Payload = z.infer<typeof payload>;

export function readAlerts(body: Payload): Alert[] {
  return body.alerts.map((alert) => {
    const startsAt = utc(alert.startsAt);
    const name = alert.labels.alertname ?? 'alert';
    return {
      source: 'alertmanager',
      groupKey: `${body.receiver}/${body.groupKey}`,
      fingerprint: alert.fingerprint,
      episode: `${alert.fingerprint}@${startsAt}`,
      status: alert.status,
      severity: severity(alert.labels.severity),
      name,
      title: alert.annotations.summary ?? alert.annotations.title ?? name,
      description: alert.annotations.description ?? alert.annotations.message ?? '',
      service: alert.labels.service ?? alert.labels.job ?? null,
      environment: alert.labels.environment ?? alert.labels.env ?? null,
      startsAt,
      endsAt: alert.endsAt === undefined || alert.endsAt === NO_END ? null : utc(alert.endsAt),
      labels: alert.labels,
      annotations: alert.annotations,
      links: httpLinks({
        runbook: alert.annotations.runbook_url ?? alert.annotations.runbook,
        dashboard: alert.annotations.dashboard_url ?? alert.annotations.dashboard,
        graph: alert.generatorURL,
        alertmanager: body.externalURL,
      }),
    };
  });
}

function utc(moment: string): string {
  return new Date(moment).toISOString();
}

/** A map and no object: the label is a stranger's, and objects know words that nobody put there. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map(
  Object.entries({
    critical: 'critical',
    page: 'critical',
    error: 'high',
    high: 'high',
    major: 'high',
    warning: 'warning',
    warn: 'warning',
    low: 'low',
    minor: 'low',
    info: 'info',
  }),
);

function severity(label: string | undefined): Severity {
  return SEVERITIES.get(label?.toLowerCase() ?? '') ?? 'unknown';
}
