/** What only `web_fetch` and `web_search` can be configured with. */
import { z } from 'zod';
import type { UrlSources, UrlSwitch } from '../../documents.ts';
import { isTimeZone } from '../deployments/wall-clock.ts';
import { hostList, hostOrPathList } from './domains.ts';

const all = z.object({ type: z.literal('all') });
const none = z.object({ type: z.literal('none') });
const shorthand = z.enum(['all', 'none']);

/** Which tools' results count, by their names. */
function filterOf(name: z.ZodType<string, string>) {
  const tools = z
    .array(z.object({ type: z.literal('tool_reference'), name }))
    .min(1)
    .max(128)
    .refine((given) => new Set(given.map((one) => one.name)).size === given.length, 'must not name a tool twice');
  return z.union([
    shorthand,
    z.discriminatedUnion('type', [
      all,
      none,
      z.object({ type: z.literal('only'), tools }),
      z.object({ type: z.literal('except'), tools }),
    ]),
  ]);
}
const clientFilter = filterOf(z.string().min(1).max(128));
const serverFilter = filterOf(z.string().regex(/^web_(search|fetch)$/, 'must be web_search or web_fetch'));
const userFilter = z.union([shorthand, z.discriminatedUnion('type', [all, none])]);

export const urlSources = z
  .object({
    client_tool_results: clientFilter.nullish(),
    server_tool_results: serverFilter.nullish(),
    user_input: userFilter.nullish(),
  })
  .refine(
    (sources) => ![sources.client_tool_results, sources.server_tool_results, sources.user_input].every(isNone),
    'at least one source must be open',
  );

function isNone(value: z.output<typeof clientFilter | typeof serverFilter> | null | undefined): boolean {
  return value === 'none' || (typeof value === 'object' && value?.type === 'none');
}

export const webFetchFields = {
  allowed_domains: hostList.optional(),
  blocked_domains: hostList.optional(),
  max_content_tokens: z.number().int().positive().nullish(),
  url_sources: urlSources.nullish(),
};
export const webSearchFields = {
  allowed_domains: hostOrPathList.optional(),
  blocked_domains: hostOrPathList.optional(),
  user_location: z
    .object({
      type: z.literal('approximate'),
      city: z.string().max(255).nullable().exactOptional(),
      region: z.string().max(255).nullable().exactOptional(),
      country: z
        .string()
        .regex(/^[A-Za-z]{2}$/)
        .nullable()
        .exactOptional(),
      timezone: z
        .string()
        .max(255)
        .refine(isTimeZone, 'must be the name of an IANA time zone')
        .nullable()
        .exactOptional(),
    })
    .nullish(),
};

/** The response names every source in its object form. */
export function resolveSources(given: z.output<typeof urlSources> | null | undefined): UrlSources | null {
  if (given === null || given === undefined) return null;
  return {
    client_tool_results: inFull(given.client_tool_results),
    server_tool_results: inFull(given.server_tool_results),
    user_input: inFull(given.user_input),
  };
}

function inFull<Form extends object>(value: 'all' | 'none' | Form | null | undefined): Form | UrlSwitch | null {
  return typeof value === 'string' ? { type: value } : (value ?? null);
}
