/** The body that Vigil's webhook template makes of a monitor's event. Variables without a value arrive empty or as `$NAME`. */
import { z } from 'zod';
import { type Alert, type AlertStatus, httpLinks, type Severity } from '../../sre/alert.ts';

const MAX_TEXT = 10_000;
const MAX_LABELS = 100;

/** A novel is cut, and says so, rather than costing the alert. */
const said = z
  .string()
  .nullish()
  .transform((value) => (value === undefined || value === null || /^(\$[A-Z_]+)?$/.test(value) ? null : value))
  .transform((value) => (value !== null && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)} [cut]` : value));
/** Somebody may have left out the quotation marks around a variable that is a number. */
const word = z.union([z.string(), z.number().transform(String)]);
const id = word.pipe(z.string().regex(/^[\w-]{1,200}$/, 'a number, or letters and digits'));

const STATUS: ReadonlyMap<string, AlertStatus> = new Map([
  ['Triggered', 'firing'],
  ['Re-Triggered', 'firing'],
  ['Renotify', 'firing'],
  ['Warn', 'firing'],
  ['Re-Warn', 'firing'],
  ['No Data', 'no_data'],
  ['Re-No Data', 'no_data'],
  ['Recovered', 'resolved'],
]);

export const payload = z.object({
  id,
  monitor_id: id,
  /** The same from the trigger to the recovery. */
  cycle_key: id,
  transition: z.string().transform((word, context) => {
    const status = STATUS.get(word);
    if (status !== undefined) return status;
    context.addIssue({ code: 'custom', message: `no transition of a monitor: ${word.slice(0, 50)}` });
    return z.NEVER;
  }),
  /** Of this event, milliseconds. */
  date_ms: word.pipe(z.string().regex(/^\d{12,14}$/, 'milliseconds')),
  title: said,
  alert_title: said,
  message: said,
  status_summary: said,
  alert_type: said,
  priority: said,
  query: said,
  metric: said,
  scope: said,
  tags: said,
  hostname: said,
  link: said,
  snapshot: said,
});
type Payload = z.infer<typeof payload>;

export function readAlert(body: Payload): Alert {
  const at = new Date(Number(body.date_ms)).toISOString();
  const tags = new Map([...pairs(body.tags), ...pairs(body.scope)]);
  // One monitor alerts for each of its groups by itself; together they are one trouble.
  const fingerprint = `${body.monitor_id}/${body.scope ?? ''}`.slice(0, 500);
  const name = body.alert_title ?? body.title ?? `monitor ${body.monitor_id}`;
  return {
    source: 'datadog',
    groupKey: `monitor/${body.monitor_id}`,
    fingerprint,
    episode: `${fingerprint}@${body.cycle_key}`,
    status: body.transition,
    severity: severity(body.priority, body.alert_type),
    name,
    title: body.title ?? name,
    description: [body.status_summary, body.message].filter((text) => text !== null).join('\n\n'),
    service: tags.get('service') ?? null,
    environment: tags.get('env') ?? null,
    startsAt: at,
    endsAt: body.transition === 'resolved' ? at : null,
    labels: Object.fromEntries([...labelsOf(body), ...tags].slice(0, MAX_LABELS)),
    annotations: Object.fromEntries(Object.entries({ query: body.query ?? '' }).filter(([, text]) => text !== '')),
    links: httpLinks({ monitor: body.link, snapshot: body.snapshot, runbook: runbookIn(body.message) }),
  };
}

function labelsOf({ alert_title: name, monitor_id: monitor, metric, hostname: host }: Payload): [string, string][] {
  return Object.entries({ alertname: name, monitor_id: monitor, metric, host }).flatMap(([key, value]) =>
    value === null ? [] : [[key, value]],
  );
}

/** `a:1,b:2,c`: a tag without a value says only that it is there. */
function pairs(tags: string | null): [string, string][] {
  return (tags ?? '').split(',').flatMap((tag): [string, string][] => {
    const at = tag.indexOf(':');
    return at < 1 ? [] : [[tag.slice(0, at).trim(), tag.slice(at + 1).trim()]];
  });
}

const PRIORITIES: readonly Severity[] = ['critical', 'high', 'warning', 'low', 'info'];

function severity(priority: string | null, type: string | null): Severity {
  const ranked = PRIORITIES[Number(/^P([1-5])$/.exec(priority ?? '')?.[1] ?? 0) - 1];
  if (ranked !== undefined) return ranked;
  return type === 'error' ? 'high' : type === 'warning' ? 'warning' : 'unknown';
}

function runbookIn(message: string | null): string | null {
  return /runbook\W{0,5}(https?:\/\/[^\s)\]>"]{1,2000})/i.exec(message ?? '')?.[1] ?? null;
}
