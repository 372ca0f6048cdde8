/** Events of Datadog that tell of a change: deployments, feature flags, configuration, resources, whatever posts them. */
import { EventsApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/apis/EventsApi.js';
import type { EventResponse } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/models/EventResponse.js';
import { NoAnswer } from '../../lib/no-answer.ts';
import { type TimeWindow, timeWindow } from '../../lib/time-window.ts';
import type { Change } from '../../sre/change.ts';
import type { Answer } from '../../sre/ports/answer.ts';
import type { Changes } from '../../sre/ports/changes.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import { type Datadog, malformed } from './client.ts';
import { readEvent, type Told } from './event.ts';

/** Datadog's own category for them; monitors and comments have others. */
export const CHANGE_QUERY = '@evt.category:change';
const PAGE = 1000;
const MOST_READ = 5000;
const ID = /^datadog:([\w-]{1,200})$/;
/** By id the API gives an event in another form; it is looked for among those of so long. */
const LOOK_BACK_MS = 14 * 24 * 3_600_000;

export function datadogChanges(from: Datadog, query: string = CHANGE_QUERY): Changes {
  return {
    list: (asked, signal) => orUnavailable(from.name, () => listChanges(from, query, asked, signal)),
    diff: (id, signal) => orUnavailable(from.name, () => diffOf(from, query, id, signal)),
  };
}

async function listChanges(
  from: Datadog,
  query: string,
  asked: Parameters<Changes['list']>[0],
  signal: AbortSignal,
): Promise<Answer<Change[]>> {
  const window = timeWindow(asked.range, from.now());
  const reading = { more: false };
  const changes: Change[] = [];
  for await (const { change, services } of events(from, query, window, reading, signal)) {
    const fits = asked.service === null || services.length === 0 || services.includes(asked.service);
    if (!fits || (asked.kinds.length > 0 && !asked.kinds.includes(change.kind))) continue;
    const service = asked.service !== null && services.includes(asked.service) ? asked.service : change.service;
    changes.push({ ...change, service });
    if (changes.length > asked.limit) break;
  }
  const truncated = reading.more || changes.length > asked.limit;
  const warnings = [...window.warnings];
  if (reading.more) warnings.push(`only the newest ${MOST_READ} events were read: narrow the time`);
  const parameters = { query, from_ts: String(window.from), to_ts: String(window.to), live: 'false' };
  return {
    ...{ status: 'ok', source: from.name, range: window.range },
    ...{ truncated, warnings, data: changes.slice(0, asked.limit) },
    url: `${from.appUrl}/event/explorer?${new URLSearchParams(parameters)}`,
  };
}

async function diffOf(
  from: Datadog,
  query: string,
  id: string,
  signal: AbortSignal,
): Promise<Answer<{ change: Change; diff: string | null }>> {
  const unknown = new NoAnswer(`no event has the id ${id.slice(0, 200)}; list the changes to see the ids`, {
    why: 'bad_query',
  });
  if (!ID.test(id)) throw unknown;
  const to = from.now();
  const range = { start: new Date(to - LOOK_BACK_MS).toISOString(), end: new Date(to).toISOString() };
  const window: TimeWindow = { from: to - LOOK_BACK_MS, to, range, warnings: [] };
  for await (const { change, diff } of events(from, query, window, { more: false }, signal)) {
    if (change.id !== id) continue;
    const ok = { status: 'ok' as const, source: from.name, range: null, truncated: false, warnings: [] };
    return { ...ok, url: change.url ?? null, data: { change, diff } };
  }
  throw unknown;
}

/** Newest first, at most so many; `reading.more` says whether there are more. */
async function* events(
  { ask, appUrl }: Datadog,
  query: string,
  { from, to }: TimeWindow,
  reading: { more: boolean },
  signal: AbortSignal,
): AsyncGenerator<Told> {
  let read = 0;
  let cursor: string | undefined;
  do {
    const page = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const body = { filter: { query, from: String(from), to: String(to + 1) }, page, sort: '-timestamp' as const };
    const { data, meta } = await ask((at) => new EventsApi(at).searchEvents({ body }), signal);
    if (!Array.isArray(data)) throw malformed('no list of events');
    yield* data.map((event: EventResponse) => readEvent(event, appUrl));
    read += data.length;
    cursor = data.length === 0 ? undefined : meta?.page?.after;
  } while (cursor !== undefined && read < MOST_READ);
  reading.more = cursor !== undefined;
}
