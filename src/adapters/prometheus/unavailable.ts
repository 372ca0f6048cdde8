import type { JsonServer, NoAnswer } from '../../lib/fetch-json.ts';
import type { Answer } from '../../sre/ports/answer.ts';

export function unavailable({ name }: JsonServer, { why, message }: NoAnswer): Answer<never> {
  return { status: 'unavailable', source: name, why, detail: message };
}
