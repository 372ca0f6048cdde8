/** Sources of metrics, logs, traces, the service graph and alerts: whether each answers the simplest question with the credentials that it has. */
import { type DatadogAccount, type TelemetrySource, telemetryOf, variableOf } from '../../config.ts';
import { fetchJson, jsonServer } from '../../lib/fetch-json.ts';
import { NoAnswer } from '../../lib/no-answer.ts';
import type { Environment } from '../place.ts';
import { type Check, fail, nameOf, note, ok } from './check.ts';

const TIMEOUT_MS = 5000;
const QUESTIONS = {
  prometheus: { path: '/api/v1/query', params: { query: '1' }, what: 'metrics' },
  loki: { path: '/loki/api/v1/labels', params: {}, what: 'logs' },
  jaeger: { path: '/api/services', params: {}, what: 'the service graph and traces' },
  tempo: { path: '/api/search/tags', params: {}, what: 'traces' },
  alertmanager: { path: '/api/v2/status', params: {}, what: 'what else fires' },
} as const;

type Kind = keyof typeof QUESTIONS;

export async function checkTelemetry(env: Environment): Promise<Check[]> {
  const { datadog, ...sources } = telemetryOf(env, {});
  const kinds: Kind[] = ['prometheus', 'loki', 'jaeger', 'tempo', 'alertmanager'];
  const checks = kinds.flatMap((kind) =>
    sources[kind].length === 0 ? [missing(kind)] : sources[kind].map((source) => check(kind, source)),
  );
  return Promise.all([...checks, checkDatadog(datadog)]);
}

async function missing(kind: Kind): Promise<Check> {
  const { what } = QUESTIONS[kind];
  const detail = `not configured: ${what} from a world, or ${kind === 'alertmanager' ? 'from what its webhook told' : 'reported as not accessible'}`;
  return note(kind, detail, `Set ${variableOf(kind.toUpperCase(), null)}_URL.`);
}

async function check(kind: Kind, source: TelemetrySource): Promise<Check> {
  const { path, params } = QUESTIONS[kind];
  const variable = variableOf(kind.toUpperCase(), source.name);
  const name = nameOf(kind, source);
  const server = jsonServer(kind, source);
  try {
    const signal = new AbortController().signal;
    await fetchJson(server, path, new URLSearchParams(params), signal, { timeoutMs: TIMEOUT_MS });
    return ok(name, `${server.url} answers`);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    const secrets = `${variable}_TOKEN and ${variable}_TENANT`;
    const address = source.name === null ? `${variable}_URL` : `its url, or ${variable}_URL,`;
    const fix = error.why === 'forbidden' ? `Check ${secrets}.` : `Check ${address} and the way there.`;
    return fail(name, `${server.url}: ${error.message}`, fix);
  }
}

/** Asks without the client, which takes seconds to load. Names of metrics need both keys, and the scope `metrics_read`. */
async function checkDatadog(account: DatadogAccount | null): Promise<Check> {
  if (account === null) return note('datadog', 'not configured', 'Set DD_API_KEY and DD_APP_KEY.');
  const { site, apiKey, appKey, apiUrl = `https://api.${site}` } = account;
  const headers = { accept: 'application/json', 'dd-api-key': apiKey, 'dd-application-key': appKey };
  const server = { name: 'datadog', url: apiUrl.replace(/\/+$/, ''), headers };
  try {
    const since = new URLSearchParams({ from: String(Math.floor(Date.now() / 1000) - 3600) });
    await fetchJson(server, '/api/v1/metrics', since, new AbortController().signal, { timeoutMs: TIMEOUT_MS });
    return ok('datadog', `${server.url} answers`);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    const scopes =
      'metrics_read, timeseries_query, logs_read_data, logs_read_index_data, events_read, apm_service_catalog_read, apm_read';
    const fix =
      error.why === 'forbidden'
        ? `Check DD_API_KEY, DD_APP_KEY, its scopes (${scopes}) and DD_SITE.`
        : 'Check DD_SITE and the way there.';
    return fail('datadog', `${server.url}: ${error.message}`, fix);
  }
}
