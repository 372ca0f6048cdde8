/** An entry of Loki → a log line. Lines of JSON are taken apart; others are kept as they are. */
import type { LogLine } from '../../sre/ports/logs.ts';
import type { Entry } from './api.ts';

const LEVELS = ['level', 'detected_level', 'severity', 'lvl', 'levelname'];
const MESSAGES = ['message', 'msg', 'log', 'body', 'event'];
const MOST_ATTRIBUTES = 40;

export function lineOf({ at, labels, line }: Entry, serviceLabels: readonly string[]): LogLine {
  const fields = fieldsOf(line);
  const serviceLabel = serviceLabels.find((name) => labels[name]);
  const messageField = MESSAGES.find((name) => fields?.[name] !== undefined);
  const all = { ...labels, ...fields };
  const levelName = LEVELS.find((name) => all[name] !== undefined && all[name] !== 'unknown');
  const apart = new Set([serviceLabel, messageField, levelName, 'detected_level']);
  const attributes = Object.entries(all).filter(([name]) => !apart.has(name));
  return {
    time: new Date(Number(at / 1_000_000n)).toISOString(),
    service: (serviceLabel === undefined ? labels.job : labels[serviceLabel]) ?? 'unknown',
    level: levelName === undefined ? levelInText(line) : (all[levelName] ?? ''),
    message: messageField === undefined ? line : (fields?.[messageField] ?? ''),
    attributes: Object.fromEntries(attributes.slice(0, MOST_ATTRIBUTES)),
  };
}

/** What a line of JSON holds on its first level, as text; null when it is none. */
function fieldsOf(line: string): Record<string, string> | null {
  if (!line.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return null;
    const scalars = Object.entries(value).filter(([, one]) => ['string', 'number', 'boolean'].includes(typeof one));
    return Object.fromEntries(scalars.map(([name, one]) => [name, String(one)]));
  } catch {
    return null;
  }
}

/** `level=warn` of logfmt. */
function levelInText(line: string): string {
  return /(?:^|\s)(?:level|lvl|severity)="?(\w+)/.exec(line.slice(0, 2000))?.[1] ?? '';
}
