/** What another service answered, fit to be shown: cut short, and without any of the secrets that were sent to it. */
import type { OutboundReply } from '../../../ports/outbound.ts';

const SHOWN = 4_096;

export interface ShownAnswer {
  status_code: number;
  content_type: string;
  body: string;
  body_truncated: boolean;
}

/** Scrubbed before it is cut: half a secret at the cut would be seen by nobody who looks for the whole. */
export function shownAnswer(reply: OutboundReply, secrets: readonly string[]): ShownAnswer {
  const body = secrets.flatMap(spellings).reduce((text, secret) => text.replaceAll(secret, '[secret]'), reply.body);
  return {
    status_code: reply.status,
    content_type: reply.headers['content-type'] ?? '',
    body: body.slice(0, SHOWN),
    body_truncated: reply.truncated || body.length > SHOWN,
  };
}

function spellings(secret: string): string[] {
  const quoted = JSON.stringify(secret).slice(1, -1);
  const forms = [secret, quoted, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
  return [...new Set(forms)].filter((form) => form !== '');
}
