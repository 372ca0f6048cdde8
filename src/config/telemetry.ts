/** Where telemetry comes from: the part of the configuration for it, and the variables above it. */
import { z } from 'zod';
import { type Environment, need, optional } from './environment.ts';
import { ConfigError } from './error.ts';

const text = z.string().min(1);
export const address = z.url({ protocol: /^https?$/, error: 'an address looks like http://prometheus.internal:9090' });
export const telemetry = z
  .strictObject({ url: address.optional(), tenant: text.optional(), service_labels: z.array(text).min(1).optional() })
  .default({});
/** Where an account is: `datadoghq.com`, `us5.datadoghq.com`, `ddog-gov.com`. */
const site = z.string().regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'a site looks like datadoghq.eu');
export const datadogSettings = z
  .strictObject({ site: site.optional(), change_query: text.optional().describe('default: @evt.category:change') })
  .default({})
  .describe('with DD_API_KEY and DD_APP_KEY: whatever the others do not bring; a world gives way to it');

export interface TelemetrySource {
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

/** Null without an address. */
export function telemetrySource(
  name: 'PROMETHEUS' | 'LOKI' | 'JAEGER' | 'TEMPO' | 'ARGOCD' | 'KUBERNETES',
  env: Environment,
  written: z.infer<typeof telemetry>,
): TelemetrySource | null {
  const url = env[`${name}_URL`] ?? written.url;
  if (url === undefined || url === '') return null;
  const read = address.safeParse(url);
  if (!read.success) {
    // Not shown: it may hold a password.
    throw new ConfigError(`${name}_URL is no address`, { hint: 'It looks like http://prometheus.internal:9090.' });
  }
  return {
    url,
    token: env[`${name}_TOKEN`] ?? null,
    tenant: env[`${name}_TENANT`] ?? written.tenant ?? null,
    serviceLabels: written.service_labels ?? null,
  };
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
