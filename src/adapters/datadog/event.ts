/** An event of Datadog → a change. Changes that were reported as such say what was changed; others leave it to words. */
import type { EventResponse } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/models/EventResponse.js';
import type { EventResponseAttributes } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/models/EventResponseAttributes.js';
import { createTwoFilesPatch } from 'diff';
import { z } from 'zod';
import { oneLine } from '../../lib/one-line.ts';
import type { Change, ChangeKind } from '../../sre/change.ts';
import { malformed } from './client.ts';

export interface Told {
  change: Change;
  /** All that it says it touched. */
  services: string[];
  diff: string | null;
}

const MAX_LINE = 500;
const MAX_DIFF = 512 * 1024;

const details = z
  .object({
    changed_resource: z.object({ name: z.string(), type: z.string() }).optional().catch(undefined),
    impacted_resources: z
      .array(z.object({ name: z.string(), type: z.string() }))
      .default([])
      .catch([]),
    author: z.object({ name: z.string() }).optional().catch(undefined),
    prev_value: z.unknown(),
    new_value: z.unknown(),
  })
  .catch({
    changed_resource: undefined,
    impacted_resources: [],
    author: undefined,
    prev_value: undefined,
    new_value: undefined,
  });

export function readEvent({ id, attributes: event }: EventResponse, appUrl: string): Told {
  const time = event?.timestamp?.getTime() ?? Number.NaN;
  if (id === undefined || event === undefined || !Number.isFinite(time)) throw malformed('an event without id or time');
  const own = event.attributes;
  const more = details.parse(own?.additionalProperties ?? {});
  const tags = tagsOf(event);
  const title = oneLine(own?.title ?? event.message ?? 'an event without a title', MAX_LINE);
  const touched = more.impacted_resources.filter(({ type }) => type === 'service').map(({ name }) => name);
  const named = own?.service ?? tags.get('service');
  const services = [...new Set([named ?? '', ...touched])].filter((name) => name !== '');
  const diff = diffOf(more.changed_resource?.name ?? 'value', more.prev_value, more.new_value);
  const change: Change = {
    id: `datadog:${id}`,
    kind: kindOf(`${more.changed_resource?.type ?? ''} ${own?.evt?.type ?? ''} ${own?.evt?.name ?? ''}`, title),
    service: services[0] ?? null,
    time: new Date(time).toISOString(),
    actor: oneLine(more.author?.name ?? firstOf(tags, ['author', 'user']) ?? own?.sourceTypeName ?? '', MAX_LINE),
    title,
    ref: firstOf(tags, ['git.commit.sha', 'commit_sha', 'commit', 'version']) ?? null,
    hasDiff: diff !== null,
    url: `${appUrl}/event/event?${new URLSearchParams({ id })}`,
  };
  return { change, services, diff };
}

const KINDS: [ChangeKind, RegExp][] = [
  ['flag', /feature.?flag|\bflag\b/i],
  ['migration', /migration|schema.?change/i],
  ['certificate', /certificate|\btls\b/i],
  ['scaling', /scal(ed|ing)\b|autoscal|\bhpa\b|replicas?\b/i],
  ['deploy', /deploy|release|rollout|rollback|rolled (out|back)/i],
  ['batch', /\bcron|\bbatch\b|\bjob\b/i],
  ['config', /config/i],
];

/** What it calls itself comes before the words of its title. */
function kindOf(type: string, title: string): ChangeKind {
  const found = [type, title].flatMap((text) => KINDS.filter(([, words]) => words.test(text)));
  return found[0]?.[0] ?? 'infra';
}

/** Of the values before and after, where both were sent. */
function diffOf(name: string, before: unknown, after: unknown): string | null {
  if (before === undefined && after === undefined) return null;
  const text = (value: unknown) => (value === undefined ? '' : `${JSON.stringify(value, null, 2)}\n`);
  const path = name.replace(/[^\w./-]+/g, '_').slice(0, 200);
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, text(before), text(after)).slice(0, MAX_DIFF);
}

function tagsOf({ tags = [], attributes }: EventResponseAttributes): ReadonlyMap<string, string> {
  return new Map([...tags, ...(attributes?.tags ?? [])].map(keyAndValue));
}

function firstOf(tags: ReadonlyMap<string, string>, keys: string[]): string | undefined {
  return keys.map((key) => tags.get(key)).find((value) => value !== undefined && value !== '');
}

function keyAndValue(tag: string): [string, string] {
  const at = tag.indexOf(':');
  return at === -1 ? [tag, ''] : [tag.slice(0, at), tag.slice(at + 1)];
}
