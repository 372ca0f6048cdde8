/** The language model, which is optional; a key that is not taken is a mistake. Nothing secret is ever printed. */
import type { Environment } from '../place.ts';
import { type Check, fail, note, ok } from './check.ts';

export async function checkModel(env: Environment): Promise<Check> {
  const key = env.ANTHROPIC_API_KEY;
  if (key === undefined || key === '') {
    return note('model', 'no key: the built-in vigil-analyst investigates', 'Set ANTHROPIC_API_KEY to use Claude.');
  }
  const base = (env.ANTHROPIC_BASE_URL ?? 'https://api.anthropic.com').replace(/\/+$/, '');
  const headers = { 'x-api-key': key, 'anthropic-version': '2023-06-01' };
  const response = await fetch(`${base}/v1/models?limit=1`, { headers, signal: AbortSignal.timeout(8000) }).catch(
    () => null,
  );
  if (response === null) return note('model', `${base} does not answer`, 'Check the network, or ANTHROPIC_BASE_URL.');
  if (response.status === 401 || response.status === 403) {
    return fail(
      'model',
      `${base} refuses the key (${response.status})`,
      'Set ANTHROPIC_API_KEY to a valid key, or unset it.',
    );
  }
  if (response.status === 404) return ok('model', `${base} answers; it lists no models`);
  return response.ok
    ? ok('model', `${base} accepts the key`)
    : note('model', `${base} answered ${response.status}`, 'Try again; the analyst stands in meanwhile.');
}
