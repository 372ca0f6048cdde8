/** Slack as the room: one card per incident, its thread, and the buttons. The SDK is loaded when it is first needed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '@slack/bolt';
import type { Chat } from '../../sre/ports/chat.ts';
import { approvalBlocks, approvalText, type DiffPlace, diffFits } from './approval.ts';
import { cardBlocks, cardText } from './card.ts';
import { type Decide, listenToClicks } from './clicks.ts';
import { edits } from './edits.ts';
import { attachDiff } from './full-diff.ts';
import { type HttpAnswer, httpReceiver } from './http-receiver.ts';
import { type Hear, listenToMentions } from './mentions.ts';
import { posts } from './posts.ts';
import { asTrouble, quietLogger, type SlackLog, slackWeb } from './slack-web.ts';
import { threadMessage } from './thread.ts';
import type { Headers } from './verify.ts';

export interface SlackOptions {
  botToken: string;
  /** For HTTP: proves that requests come from Slack. */
  signingSecret?: string;
  /** For Socket Mode: no inbound address is needed. */
  appToken?: string;
  /** Channel id, `C0123456789`. */
  channel: string;
  decide: Decide;
  /** What is said to Vigil in the thread of a card. */
  hear: Hear;
  approvers?: readonly string[];
  /** Another Web API, for tests; ends in a slash. */
  apiUrl?: string;
  /** Least time between two edits of one message. Default 3,000 ms. */
  editEveryMs?: number;
  now?: () => number;
  log?: SlackLog;
}

export interface SlackRoom {
  chat: Chat;
  /** Starts Socket Mode where there is an app token. Rejects when Slack refuses the tokens; an outage is waited out. */
  start(): Promise<void>;
  /** One signed HTTP request from Slack: raw bytes in, what to answer out. 503 without a signing secret. */
  receive(rawBody: Buffer, headers: Headers): Promise<HttpAnswer>;
  /** Rejects with what is wrong with the token. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const START_WAIT_MS = 5_000;
const REMEMBERED_DIFFS = 500;

export function slackChat(options: SlackOptions): SlackRoom {
  const web = slackWeb(options);
  const editing = edits(web, options.editEveryMs ?? 3_000);
  const posting = posts(web);
  const http = options.signingSecret ? httpReceiver(options.signingSecret, options.now ?? Date.now) : null;
  /** Where whole diffs stand, by action: settling must keep the link. */
  const diffs = new Map<string, DiffPlace>();
  const running: App[] = [];

  const chat: Chat = {
    async openCard(view) {
      const { id, openedAt } = view.incident;
      const message = { key: `card:${id}`, incident: id, kind: 'card', text: cardText(view), blocks: cardBlocks(view) };
      return { channel: options.channel, ts: await posting.ensure(options.channel, null, openedAt, message) };
    },
    async updateCard(card, view) {
      await editing.edit(card.channel, card.ts, { text: cardText(view), blocks: cardBlocks(view) });
    },
    async post(card, post, { again } = { again: false }) {
      if (post.kind === 'approval' && !diffFits(post.action)) {
        const everyMs = Math.min(options.editEveryMs ?? 1_000, 1_000);
        const fullDiff = await attachDiff(web, card.channel, card.ts, post.action, everyMs);
        diffs.set(post.action.id, { fullDiff });
        const oldest = diffs.keys().next().value;
        if (diffs.size > REMEMBERED_DIFFS && oldest !== undefined) diffs.delete(oldest);
      }
      const place = post.kind === 'approval' ? placeOf(post.action.id) : { fullDiff: null };
      return { ts: await posting.ensure(card.channel, card.ts, '', threadMessage(post, place), again) };
    },
    async settle(message, action) {
      const edit = { text: approvalText(action), blocks: approvalBlocks(action, placeOf(action.id)) };
      await editing.edit(message.channel, message.ts, edit, { urgent: true });
    },
  };

  function placeOf(action: string): DiffPlace {
    return diffs.get(action) ?? { fullDiff: null };
  }

  let listening: Promise<void> | null = null;
  /** Bolt over HTTP, made with the first request. */
  function listenHttp(): Promise<void> {
    listening ??= listen('http');
    return listening;
  }

  async function listen(way: 'http' | 'socket'): Promise<void> {
    const bolt = await import('@slack/bolt');
    const logger = quietLogger(options.log);
    const receiver = way === 'http' ? http : socketReceiver(bolt, options, logger);
    if (receiver === null) return;
    const app = new bolt.App({
      authorize: async () => ({ botToken: options.botToken }),
      receiver,
      logger,
      clientOptions: { ...web.clientOptions },
      convoStore: false,
      ignoreSelf: false,
    });
    listenToClicks(app, {
      web,
      decide: options.decide,
      approvers: options.approvers ?? [],
      settle: chat.settle,
      log: options.log,
    });
    listenToMentions(app, { web, hear: options.hear, log: options.log });
    running.push(app);
    await app.start();
  }

  return {
    chat,
    async start() {
      if (http !== null) await listenHttp();
      if (options.appToken === undefined) return;
      const connected = listen('socket').catch((error: unknown) => {
        throw asTrouble(error);
      });
      connected.catch((error: Error) => options.log?.('error', error.message));
      await Promise.race([connected, sleep(START_WAIT_MS, undefined, { ref: false })]);
    },
    async receive(rawBody, headers) {
      if (http === null) return { status: 503, headers: {}, body: 'no Slack signing secret is configured' };
      await listenHttp();
      return http.handle(rawBody, headers);
    },
    async check() {
      await web.identity();
    },
    async close() {
      await editing.flush();
      await Promise.allSettled(running.map((app) => app.stop()));
    },
  };
}

function socketReceiver(
  bolt: Pick<typeof import('@slack/bolt'), 'SocketModeReceiver'>,
  options: SlackOptions,
  logger: ReturnType<typeof quietLogger>,
) {
  if (options.appToken === undefined) return null;
  // The socket's own client keeps its default of retrying for hours: with fewer retries an outage would end the process.
  const clientOptions = options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl };
  return new bolt.SocketModeReceiver({ appToken: options.appToken, logger, installerOptions: { clientOptions } });
}
