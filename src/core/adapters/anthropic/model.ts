/** Claude, or any gateway that speaks the Messages API, through the official SDK. One attempt per call. */
import Anthropic from '@anthropic-ai/sdk';
import { hideSecrets } from '../../../lib/hide-secrets.ts';
import type { Model } from '../../ports/model.ts';
import { toModelError, toSilence } from './errors.ts';
import { createFetch, type Waits } from './fetch.ts';
import { readStream } from './read-stream.ts';
import { toParams } from './to-params.ts';
import { watch } from './watch.ts';

export interface AnthropicOptions {
  apiKey: string;
  /** Default: the SDK's, Anthropic's own service. */
  baseURL?: string;
  /** How long the service may be silent before and after its first byte, milliseconds. Defaults 120,000 and 90,000. */
  firstByteMs?: number;
  silenceMs?: number;
  /** How long one answer may take, milliseconds. Default an hour. */
  answerMs?: number;
}

export function anthropicModel(options: AnthropicOptions): Model {
  const client = new Anthropic({
    apiKey: options.apiKey,
    authToken: null,
    baseURL: options.baseURL,
    fetch: createFetch(),
    maxRetries: 0,
    logLevel: 'off',
  });
  // A gateway may repeat the key in its error, and errors are told to people.
  const hide = hideSecrets([options.apiKey]);
  const firstByteMs = options.firstByteMs ?? 120_000;
  const silenceMs = options.silenceMs ?? 90_000;
  const answerMs = options.answerMs ?? 3_600_000;
  return {
    async *respond(request, { recorded, signal }) {
      const watchdog = watch(signal, { firstByteMs, silenceMs, answerMs });
      try {
        const { params, betas } = toParams(request);
        const headers = betas.length > 0 ? { 'anthropic-beta': betas.join(',') } : {};
        // A model that thinks for long says nothing meanwhile, and its service sends signs of life that are no events.
        const fetchOptions: Waits = { permit: recorded, heard: watchdog.heard };
        const stream = await client.messages.create(params, { signal: watchdog.signal, headers, fetchOptions });
        for await (const chunk of readStream(stream, request.model)) {
          if (chunk.type === 'end') watchdog.done();
          yield chunk;
        }
      } catch (error) {
        throw watchdog.expired() ? toSilence(error) : toModelError(error, hide);
      } finally {
        watchdog.done();
      }
    },
  };
}
