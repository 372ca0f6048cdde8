/**
 * Datadog's own client behind our own transport: bounded in time and size, at most a few requests at once, `NoAnswer`
 * for whatever is no answer. The client is loaded by the parts that are used; all of it takes twice as long.
 */
import {
  type Configuration,
  createConfiguration,
} from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common/configuration.js';
import {
  type HttpLibrary,
  HttpMethod,
  ResponseContext,
} from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common/http/http.js';
import { BaseServerConfiguration } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common/servers.js';
import { fetchText, type JsonServer, type Limits, parsed } from '../../lib/fetch-json.ts';
import { fewAtATime } from '../../lib/few-at-a-time.ts';
import { NoAnswer } from '../../lib/no-answer.ts';

export interface DatadogOptions {
  /** `datadoghq.com`, `datadoghq.eu`, `us3.datadoghq.com`, …: where the account is. */
  site: string;
  apiKey: string;
  /** Reads only what its scopes allow. */
  appKey: string;
  /** Instead of the site's own API. */
  apiUrl?: string;
  /** Nothing later is shown. Default: real time. */
  now?: () => Date;
  timeoutMs?: number;
}
export interface Datadog {
  /** For evidence: never with a key in it. */
  name: string;
  /** Where people look, without a trailing slash. */
  appUrl: string;
  now(): number;
  /** Calls the client. Rejects with `NoAnswer`, or with the reason of `signal`. */
  ask<Result>(work: (configuration: Configuration) => Promise<Result>, signal: AbortSignal): Promise<Result>;
}

/** Limits are counted for the whole organisation, and others ask, too. */
const MOST_AT_ONCE = 4;

export function datadog(options: DatadogOptions): Datadog {
  const { site, apiKey, appKey, timeoutMs, now = () => new Date() } = options;
  const url = (options.apiUrl ?? `https://api.${site}`).replace(/\/+$/, '');
  const limited = fewAtATime(MOST_AT_ONCE);
  const limits = timeoutMs === undefined ? {} : { timeoutMs };
  return {
    name: `datadog ${options.apiUrl === undefined ? site : url}`,
    appUrl: `https://${site.split('.').length > 2 ? '' : 'app.'}${site}`,
    now: () => now().getTime(),
    ask: (work, signal) =>
      limited(async () => {
        signal.throwIfAborted();
        const configuration = createConfiguration({
          baseServer: new BaseServerConfiguration(url, {}),
          authMethods: { apiKeyAuth: apiKey, appKeyAuth: appKey },
          httpApi: transport(url, signal, limits),
        });
        try {
          return await work(configuration);
        } catch (error) {
          signal.throwIfAborted();
          if (error instanceof NoAnswer) throw error;
          const message = error instanceof Error ? error.message : String(error);
          throw new NoAnswer(`the answer has another form than Datadog's: ${message.slice(0, 200)}`, {
            why: 'malformed',
            cause: error,
          });
        }
      }),
  };
}

/** What the client sends goes out under our limits; what is no answer does not come back to it. */
function transport(url: string, signal: AbortSignal, limits: Limits): HttpLibrary {
  return {
    async send(request) {
      const { pathname, search } = new URL(request.getUrl());
      const base = new URL(url).pathname.replace(/\/$/, '');
      const server: JsonServer = { name: 'datadog', url, headers: request.getHeaders() };
      const method = request.getHttpMethod() === HttpMethod.POST ? 'POST' : 'GET';
      const body = request.getBody();
      const question = { method, ...(typeof body === 'string' ? { body } : {}) } as const;
      const text = await fetchText(server, `${pathname.slice(base.length)}${search}`, question, signal, limits);
      parsed(text);
      const answer = { text: async () => text, binary: async () => Buffer.from(text) };
      return new ResponseContext(200, { 'content-type': 'application/json' }, answer);
    },
  };
}

export function malformed(what: string): NoAnswer {
  return new NoAnswer(`the answer has another form than Datadog's: ${what}`, { why: 'malformed' });
}
