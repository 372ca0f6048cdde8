/** Logs and events as Datadog keeps them, and the part of its search syntax that Vigil writes, by its documentation. */
import { z } from 'zod';
import { QueryRefused } from './fake-datadog-metrics.ts';

export interface FakeLog {
  at: number;
  service: string;
  status: string;
  message: string;
  host?: string;
  tags?: string[];
  attributes: Record<string, unknown>;
}
export interface FakeEvent {
  id: string;
  at: number;
  title: string;
  message?: string;
  tags: string[];
  /** What stands in `attributes.attributes` beside the title. */
  more?: Record<string, unknown>;
}

const filter = z.object({ query: z.string(), from: z.string(), to: z.string() });
const listed = z.object({
  filter,
  sort: z.enum(['timestamp', '-timestamp']),
  page: z.object({ limit: z.number().int().min(1).max(1000), cursor: z.string().optional() }),
});
const counted = z.object({
  filter,
  compute: z.array(z.object({ aggregation: z.literal('count') })).length(1),
  group_by: z.array(z.object({ facet: z.string(), limit: z.number() })).default([]),
});

export function logsPage(logs: readonly FakeLog[], body: unknown): object {
  const asked = listed.parse(body);
  const { page, meta } = pageOf(logs.filter(matching(asked.filter, wordsOfLog, facetsOfLog)), asked);
  return {
    data: page.map(({ at, service, status, message, host, tags = [], attributes }, index) => ({
      id: `AQAAA${at}-${index}`,
      type: 'log',
      attributes: {
        ...{ timestamp: new Date(at).toISOString(), service, status, message, tags, attributes },
        ...(host === undefined ? {} : { host }),
      },
    })),
    meta,
  };
}

export function logCounts(logs: readonly FakeLog[], body: unknown): object {
  const asked = counted.parse(body);
  const found = logs.filter(matching(asked.filter, wordsOfLog, facetsOfLog));
  const groups = new Map<string, number>();
  const [by] = asked.group_by;
  for (const log of found) {
    const key = by === undefined ? '' : (facetsOfLog(log)[by.facet] ?? '');
    groups.set(key, (groups.get(key) ?? 0) + 1);
  }
  const buckets = [...groups].map(([value, count]) => ({
    by: by === undefined ? {} : { [by.facet]: value },
    computes: { c0: count },
  }));
  return { meta: { status: 'done', elapsed: 1 }, data: { buckets } };
}

export function eventsPage(events: readonly FakeEvent[], body: unknown): object {
  const asked = listed.parse(body);
  const wanted = asked.filter.query;
  const within = events.filter(matching({ ...asked.filter, query: '*' }, wordsOfEvent, () => ({})));
  // The query is the operator's own; which events it fits is not this server's business, but that it came is.
  const found = within.filter(({ tags }) => wanted !== '' && !tags.includes('never:shown'));
  const { page, meta } = pageOf(found, asked);
  return {
    data: page.map(({ id, at, title, message = '', tags, more = {} }) => ({
      id,
      type: 'event',
      attributes: {
        ...{ timestamp: new Date(at).toISOString(), message, tags },
        attributes: { title, timestamp: at, tags, ...more },
      },
    })),
    meta,
  };
}

export function pageOf<One extends { at: number }>(
  found: One[],
  { sort, page }: Pick<z.infer<typeof listed>, 'sort' | 'page'>,
) {
  const sign = sort === 'timestamp' ? 1 : -1;
  const sorted = found.toSorted((left, right) => sign * (left.at - right.at));
  const offset = page.cursor === undefined ? 0 : Number(Buffer.from(page.cursor, 'base64url').toString());
  const end = offset + page.limit;
  const after = end < sorted.length ? { page: { after: Buffer.from(String(end)).toString('base64url') } } : {};
  return { page: sorted.slice(offset, end), meta: { status: 'done', elapsed: 1, request_id: 'r', ...after } };
}

/** Attributes and tags by exact value; `*:word` in message and attributes, any case, with wildcards, word by word. */
function matching<One extends { at: number }>(
  { query, from, to }: z.infer<typeof filter>,
  wordsOf: (one: One) => string[],
  facetsOf: (one: One) => Record<string, string>,
): (one: One) => boolean {
  const terms =
    query === '*' ? [] : [...query.matchAll(/(\*|\w+):(\((?:"[^"]*"(?: OR )?)+\)|"(?:[^"\\]|\\.)*"|[^\s()"]+)( |$)/g)];
  if (query !== '*' && terms.map(([whole]) => whole).join('') !== query)
    throw new QueryRefused(`cannot parse ${query}`);
  return (one) =>
    one.at >= Number(from) &&
    one.at < Number(to) &&
    terms.every(([, facet = '', wanted = '']) => {
      if (facet === '*') {
        const pattern = new RegExp(`^${wanted.toLowerCase().replaceAll('*', '.*')}$`);
        return wordsOf(one).some((word) => pattern.test(word));
      }
      const values = [...wanted.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, value = '']) =>
        value.replace(/\\(.)/g, '$1'),
      );
      return values.includes(facetsOf(one)[facet] ?? '');
    });
}

function wordsOfLog({ message, attributes }: FakeLog): string[] {
  return `${message} ${Object.values(attributes).join(' ')}`.toLowerCase().split(/[^\p{L}\p{N}_]+/u);
}

function facetsOfLog({ service, status }: FakeLog): Record<string, string> {
  return { service, status };
}

function wordsOfEvent({ title, message = '' }: FakeEvent): string[] {
  return `${title} ${message}`.toLowerCase().split(/\s+/);
}
