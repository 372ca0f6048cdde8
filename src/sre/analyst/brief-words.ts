/** What the alert is about: the service it names, and whether it speaks of a probe. */
import type { Brief } from '../brief.ts';
import type { Calls } from '../stats/graph-walk.ts';
import { OWNERS, present } from './labels.ts';
import { nodeNamed } from './node-names.ts';
import { roleOf, wordsOf } from './vocabulary.ts';

export function alertText(brief: Brief): string {
  return brief.alerts
    .flatMap((alert) => [
      alert.name,
      alert.title,
      alert.description,
      ...Object.values(alert.labels),
      ...Object.values(alert.annotations),
    ])
    .join(' ');
}

/** The alert's service if the graph knows it; else the node its words name most; else what it says. */
export function alertService(brief: Brief, calls: Calls): string | null {
  const named =
    brief.alerts.map(({ service, labels }) => service ?? ownerIn(labels)).find((one) => one !== null) ?? null;
  if (named !== null && calls.size === 0) return named;
  const node = named === null ? null : nodeNamed(named, calls);
  if (node !== null) return node;
  const text = alertText(brief).toLowerCase();
  const mentioned = [...calls.keys()]
    .map((name) => ({ name, times: text.split(name.toLowerCase()).length - 1 }))
    .filter(({ times }) => times > 0)
    .sort((a, b) => b.times - a.times || b.name.length - a.name.length);
  return mentioned[0]?.name ?? named;
}

function ownerIn(labels: Record<string, string>): string | null {
  return labels[present(OWNERS, Object.keys(labels))[0] ?? ''] ?? null;
}

/** Does a machine that pretends to be a user raise this alert, rather than users' own requests? */
export function speaksOfProbe(brief: Brief): boolean {
  return wordsOf(alertText(brief)).some((word) => roleOf(word) === 'probe');
}

export function alertStart(brief: Brief): number {
  const starts = brief.alerts.map((alert) => Date.parse(alert.starts_at)).filter((ms) => !Number.isNaN(ms));
  return starts.length === 0 ? Date.parse(brief.now) : Math.min(...starts);
}
