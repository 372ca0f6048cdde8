/** A log of Datadog → a log line. Tags stand beside attributes; nested attributes are named with dots. */
import type { Log } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/models/Log.js';
import type { LogLine } from '../../sre/ports/logs.ts';
import { malformed } from './client.ts';

const MOST_ATTRIBUTES = 40;
const DEEPEST = 4;

export function lineOf({ attributes: log }: Log): LogLine {
  const time = log?.timestamp instanceof Date ? log.timestamp.getTime() : Number.NaN;
  if (log === undefined || !Number.isFinite(time)) throw malformed('a log without a time');
  const tags = (log.tags ?? []).map((tag): [string, string] => {
    const at = tag.indexOf(':');
    return at === -1 ? [tag, ''] : [tag.slice(0, at), tag.slice(at + 1)];
  });
  const host: [string, string][] = log.host === undefined ? [] : [['host', log.host]];
  const own = flat(log.attributes ?? {}, '', 0);
  const all = new Map([...tags.filter(([, value]) => value !== ''), ...host, ...own]);
  const message = log.message ?? all.get('message') ?? all.get('msg') ?? '';
  for (const apart of ['service', 'message', 'status']) all.delete(apart);
  return {
    time: new Date(time).toISOString(),
    service: log.service ?? 'unknown',
    level: log.status ?? '',
    message,
    attributes: Object.fromEntries([...all].slice(0, MOST_ATTRIBUTES)),
  };
}

function flat(value: Record<string, unknown>, prefix: string, depth: number): [string, string][] {
  return Object.entries(value).flatMap(([key, one]): [string, string][] => {
    const name = `${prefix}${key}`;
    if (one === null || one === undefined) return [];
    if (typeof one !== 'object') return [[name, String(one)]];
    if (Array.isArray(one) || depth === DEEPEST) return [[name, JSON.stringify(one).slice(0, 1000)]];
    return flat({ ...one }, `${name}.`, depth + 1);
  });
}
