/** Where telemetry comes from: the part of the configuration for it, and the variables above it. */
import { z } from 'zod';
import { type Environment, need, optional } from './environment.ts';
import { ConfigError } from './error.ts';

const text = z.string().min(1);
export const address = z.url({ protocol: /^https?$/, error: 'an address looks like http://prometheus.internal:9090' });
export const one = {
  url: address.optional(),
  tenant: text.optional(),
  service_labels: z.array(text).min(1).optional(),
};
/** Part of the names of variables, and of what people read. */
const sourceName = z
  .string()
  .regex(/^[a-z0-9](-?[a-z0-9]){0,31}$/, 'a name looks like eu-west-1: lower-case letters, digits and single hyphens')
  .describe('as evidence and variables call it');
export const named = { name: sourceName };

/** Several of a kind, each by its own name. */
export function several<Source extends z.ZodType<{ name: string }>>(source: Source) {
  return z
    .array(source)
    .min(1)
    .max(20)
    .superRefine((all, context) => {
      all.forEach(({ name }, at) => {
        if (all.findIndex((other) => other.name === name) === at) return;
        context.addIssue({ code: 'custom', path: [at, 'name'], message: `there are two of the name ${name}` });
      });
    });
}

/** One, or several by name. */
export const telemetries = z.union([z.strictObject(one), several(z.strictObject({ ...named, ...one }))]).default({});
/** Where an account is: `datadoghq.com`, `us5.datadoghq.com`, `ddog-gov.com`. */
const site = z.string().regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'a site looks like datadoghq.eu');
export const datadogSettings = z
  .strictObject({ site: site.optional(), change_query: text.optional().describe('default: @evt.category:change') })
  .default({})
  .describe(
    'with DD_API_KEY and DD_APP_KEY: metrics, logs, traces, the service graph and changes; a world gives way to it',
  );

export interface TelemetrySource {
  /** Null for the only one of its kind. */
  name: string | null;
  url: string;
  token: string | null;
  /** Sent as `X-Scope-OrgID`. */
  tenant: string | null;
  /** Null: the adapter's usual ones. */
  serviceLabels: string[] | null;
}

export interface DatadogAccount {
  site: string;
  apiKey: string;
  appKey: string;
  apiUrl?: string;
  /** Which events are changes; else the adapter's usual ones. */
  changeQuery?: string;
}

/** As it is written, without its name. */
interface Written {
  url?: string | undefined;
  tenant?: string | undefined;
  service_labels?: string[] | undefined;
}
type Kind = 'PROMETHEUS' | 'LOKI' | 'JAEGER' | 'TEMPO' | 'ALERTMANAGER' | 'ARGOCD' | 'KUBERNETES';

/** Null without an address. `name`: of several, with variables of its own. */
function telemetrySource(
  kind: Kind,
  env: Environment,
  written: Written,
  name: string | null = null,
): TelemetrySource | null {
  const variable = variableOf(kind, name);
  const url = env[`${variable}_URL`] ?? written.url;
  if (url === undefined || url === '') return null;
  const read = address.safeParse(url);
  if (!read.success) {
    // Not shown: it may hold a password.
    throw new ConfigError(`${variable}_URL is no address`, { hint: 'It looks like http://prometheus.internal:9090.' });
  }
  return {
    ...{ name, url },
    token: env[`${variable}_TOKEN`] ?? null,
    tenant: env[`${variable}_TENANT`] ?? written.tenant ?? null,
    serviceLabels: written.service_labels ?? null,
  };
}

/** `PROMETHEUS`, and of several `PROMETHEUS_EU_WEST_1`. */
export function variableOf(kind: string, name: string | null): string {
  return name === null ? kind : `${kind}_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** None without an address; one, or each that has a name. */
export function telemetrySources(
  kind: Kind,
  env: Environment,
  written: Written | readonly (Written & { name: string })[],
): TelemetrySource[] {
  if (!isList(written)) {
    const only = telemetrySource(kind, env, written);
    return only === null ? [] : [only];
  }
  refuseStrays(kind, env, written);
  const sources = written.map(({ name, ...source }) => {
    const read = telemetrySource(kind, env, source, name);
    if (read !== null) return read;
    const hint = `Give it a url, or set ${variableOf(kind, name)}_URL.`;
    throw new ConfigError(`${kind.toLowerCase()} ${name} has no address`, { hint });
  });
  refuseTwins(kind, sources);
  return sources;
}

function isList<Item>(written: Written | readonly Item[]): written is readonly Item[] {
  return Array.isArray(written);
}

/** A variable that means none of them would be a secret that nobody uses, or one that goes to the wrong server. */
function refuseStrays(kind: Kind, env: Environment, written: readonly { name: string }[]): void {
  const known = written.map(({ name }) => variableOf(kind, name));
  const stray = Object.keys(env).find((variable) => {
    const [, of] = /^(.+)_(?:URL|TOKEN|TENANT)$/.exec(variable) ?? [];
    return of !== undefined && (of === kind || of.startsWith(`${kind}_`)) && !known.includes(of);
  });
  if (stray === undefined) return;
  const hint = `Unset it; those of the sources named under ${kind.toLowerCase()} begin with ${known.join(', ')}.`;
  throw new ConfigError(`${stray} is set, and ${kind.toLowerCase()} names no such source`, { hint });
}

function refuseTwins(kind: Kind, sources: readonly TelemetrySource[]): void {
  sources.forEach(({ name, url, tenant }, at) => {
    const twin = sources.slice(0, at).find((other) => other.url === url && other.tenant === tenant);
    if (twin === undefined) return;
    const hint = 'Name it once: what it holds would count twice. Tenants of one address are told apart by tenant.';
    throw new ConfigError(`${kind.toLowerCase()} ${twin.name} and ${name} are the same address`, { hint });
  });
}

/** Null without an application key: the other one is on every machine that has Datadog's agent, and reads nothing. */
export function datadogAccount(env: Environment, written: z.infer<typeof datadogSettings>): DatadogAccount | null {
  if (env.DD_APP_KEY === undefined) return null;
  const read = site.safeParse(env.DD_SITE ?? written.site ?? 'datadoghq.com');
  if (!read.success)
    throw new ConfigError(`DD_SITE is "${env.DD_SITE}"`, { hint: 'It looks like datadoghq.eu, without https://.' });
  return {
    site: read.data,
    apiKey: need(env, 'DD_API_KEY', 'an API key of the organisation'),
    appKey: need(env, 'DD_APP_KEY', 'an application key: reading needs both'),
    ...optional('apiUrl', env.DD_API_URL),
    ...optional('changeQuery', written.change_query),
  };
}
