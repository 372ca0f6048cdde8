/** What fires now, as Alertmanager's HTTP API v2 tells it. It forgets what has ended. */
import { z } from 'zod';
import { fetchJson, jsonServer, type ServerOptions } from '../../lib/fetch-json.ts';
import { inForm } from '../../lib/in-form.ts';
import { timeWindow } from '../../lib/time-window.ts';
import type { AlertHistory, PastAlert } from '../../sre/ports/history.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import { pickAlerts } from '../../sre/ports/pick-alerts.ts';

export interface FiringOptions extends ServerOptions {
  /** Labels of an alert that name its service, best first. */
  serviceLabels?: readonly string[];
  now?: () => Date;
}

const PATH = '/api/v2/alerts';
/** As its webhook is read. */
const LABELS = ['service', 'job'];
const time = z.iso.datetime({ offset: true });
const alerts = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    startsAt: time,
    endsAt: time,
    fingerprint: z.string().min(1),
    status: z.object({ state: z.string() }),
  }),
);
type Row = z.infer<typeof alerts>[number];

export function alertmanagerAlerts(options: FiringOptions): AlertHistory {
  const server = jsonServer('alertmanager', options);
  const { serviceLabels = LABELS, now = () => new Date() } = options;
  return {
    list: (query, signal) =>
      orUnavailable<PastAlert[]>(server.name, async () => {
        const { range, warnings, ...window } = timeWindow(query.range, now().getTime());
        const body = await fetchJson(server, PATH, new URLSearchParams(), signal);
        const read = inForm(alerts, body, PATH, 'Alertmanager');
        const firing = read.map((row) => told(row, serviceLabels));
        const { data, truncated } = pickAlerts(firing, query, window);
        const quiet = read.filter(({ status }) => status.state === 'suppressed').length;
        const said = [
          ...warnings,
          ...(query.firing ? [] : ['it tells what fires now, and nothing of what has ended']),
          ...(quiet === 0 ? [] : [`${quiet} of its alerts are silenced or held back by others`]),
        ];
        const url = `${server.url}/#/alerts`;
        return { status: 'ok', data, source: server.name, range, truncated, warnings: said, url };
      }),
  };
}

/** Its `endsAt` is when it would take the alert for ended if nobody repeated it. */
function told({ labels, startsAt, fingerprint }: Row, serviceLabels: readonly string[]): PastAlert {
  const service = serviceLabels.flatMap((label) => labels[label] ?? [])[0] ?? null;
  const startedAt = new Date(startsAt).toISOString();
  const name = labels.alertname ?? 'alert';
  return { name, service, labels, fingerprint, startedAt, endedAt: null, clearedAlone: null };
}
