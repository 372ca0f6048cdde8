/**
 * A room that can be written to and no more: an incoming webhook of Mattermost, Teams, or what takes their bodies. A message
 * stands as it was posted and nobody can be found by it, so less is said than in Slack, and people decide elsewhere.
 */
import type { Chat } from '../../sre/ports/chat.ts';
import { cardWords, postWords } from './words.ts';

export type WebhookKind = 'mattermost' | 'teams';
export interface WebhookRoomOptions {
  /** Whoever knows it may post: it stands in no message and no error. */
  url: string;
  kind: WebhookKind;
}

const TIMEOUT_MS = 10_000;

/** Where an answer is lost, a message may come twice: it is not known there under any name. */
export function webhookRoom({ url, kind }: WebhookRoomOptions): Chat {
  async function send(words: string): Promise<void> {
    const body = JSON.stringify(kind === 'teams' ? adaptiveCard(words) : { text: words });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, redirect: 'error' as const };
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => null);
    if (response === null) throw new Error('the webhook of the room does not answer: check CHAT_WEBHOOK_URL');
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the webhook of the room answered ${response.status}: check CHAT_WEBHOOK_URL`);
  }
  return {
    async openCard(view) {
      await send(cardWords(view));
      return { channel: 'webhook', ts: view.incident.id };
    },
    updateCard: async () => {},
    async post(_card, post) {
      const words = postWords(post);
      if (words !== null) await send(words);
      return { ts: post.key };
    },
    settle: async () => {},
  };
}

function adaptiveCard(text: string): object {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    ...{ type: 'AdaptiveCard', version: '1.4', msteams: { width: 'Full' } },
    body: [{ type: 'TextBlock', text, wrap: true }],
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}
