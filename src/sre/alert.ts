/** One alert as any source sends it, normalised. Every string in it is untrusted text. */
export type AlertStatus = 'firing' | 'acknowledged' | 'resolved' | 'no_data';
export type Severity = 'critical' | 'high' | 'warning' | 'low' | 'info' | 'unknown';

export interface Alert {
  /** The adapter that received it: `alertmanager`, `datadog`, … Fingerprints of two sources never meet. */
  source: string;
  /** What belongs to one incident: Alertmanager's receiver and groupKey. */
  groupKey: string;
  /** Stable over firing, repeats and resolve of one alert. */
  fingerprint: string;
  /** One episode of that alert: fingerprint and start. A repeat has the same, a relapse a new one. */
  episode: string;
  status: AlertStatus;
  severity: Severity;
  name: string;
  title: string;
  description: string;
  service: string | null;
  environment: string | null;
  /** RFC 3339, UTC. */
  startsAt: string;
  endsAt: string | null;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Only http(s); never fetched at intake. */
  links: { rel: string; href: string }[];
}

/** One verified webhook request: what is stored before it is acknowledged. */
export interface Delivery {
  source: string;
  /** The sender's delivery id, or the SHA-256 of the body where it sends none. */
  deliveryId: string;
  receivedAt: string;
  body: string;
}

/** Anything but a plain http(s) address is dropped: nobody may be shown a `javascript:` link. */
export function httpLinks(candidates: Record<string, string | null | undefined>): Alert['links'] {
  return Object.entries(candidates).flatMap(([rel, href]) => {
    if (href == null || !URL.canParse(href)) return [];
    const { protocol } = new URL(href);
    return protocol === 'http:' || protocol === 'https:' ? [{ rel, href }] : [];
  });
}
