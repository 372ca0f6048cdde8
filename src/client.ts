/** The client of a core that runs elsewhere: another process, another machine, or the hosted service. */
import Anthropic from '@anthropic-ai/sdk';

export interface ConnectOptions {
  apiKey: string;
  /** Without it, the hosted service. */
  baseURL?: string;
}

export function connect(options: ConnectOptions): Anthropic {
  return new Anthropic(options);
}
