/** The client of a core that runs elsewhere: another process, another machine, or the hosted service. */
import Anthropic from '@anthropic-ai/sdk';

const HOSTED = 'https://api.anthropic.com';

export interface ConnectOptions {
  apiKey: string;
  /** Without it, the hosted service; never the address of a model gateway found in the environment. */
  baseURL?: string;
}

export function connect(options: ConnectOptions): Anthropic {
  return new Anthropic({ apiKey: options.apiKey, baseURL: options.baseURL ?? HOSTED });
}
