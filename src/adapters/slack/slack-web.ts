/**
 * Slack's Web API with the retries that are safe. Reads and edits may be sent again; a post may not, because a lost answer
 * can hide a message that was written. Rate limits are waited out, at most two minutes each.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { webApi } from '@slack/bolt';

export interface SlackWebOptions {
  botToken: string;
  /** Where the Web API is; tests name a local server. Ends in a slash. */
  apiUrl?: string;
  log?: SlackLog;
}
export type SlackLog = (level: 'info' | 'warn' | 'error', message: string) => void;

export interface Identity {
  teamId: string;
  botId: string;
  botUserId: string;
}

export interface SlackWeb {
  /** Options for a client of Bolt's own making. */
  clientOptions: webApi.WebClientOptions;
  client(): Promise<webApi.WebClient>;
  /** Who this token is; asked once. */
  identity(): Promise<Identity>;
  /** For calls that may be sent twice. */
  again<Result>(call: (client: webApi.WebClient) => Promise<Result>): Promise<Result>;
  /** For calls that may not: only a rate limit, which says that nothing happened, is tried again. */
  once<Result>(call: (client: webApi.WebClient) => Promise<Result>): Promise<Result>;
}

const TIMEOUT_MS = 10_000;
const MAX_WAIT_MS = 120_000;
const TRIES = 4;

/** Slack said no, or could not be asked. The message says what to do; `code` is Slack's own word. */
export class SlackTrouble extends Error {
  readonly code: string;
  /** True when it is not known whether Slack did what was asked. */
  readonly unknown: boolean;

  constructor(code: string, message: string, unknown: boolean, cause: unknown) {
    super(message, { cause });
    this.name = 'SlackTrouble';
    this.code = code;
    this.unknown = unknown;
  }
}

export function slackWeb(options: SlackWebOptions): SlackWeb {
  const clientOptions: webApi.WebClientOptions = {
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl, allowAbsoluteUrls: true }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: TIMEOUT_MS,
  };
  let made: Promise<webApi.WebClient> | null = null;
  let known: Promise<Identity> | null = null;

  function client(): Promise<webApi.WebClient> {
    made ??= import('@slack/bolt').then(({ webApi: api }) => {
      return new api.WebClient(options.botToken, { ...clientOptions, logger: quietLogger(options.log) });
    });
    return made;
  }

  async function attempt<Result>(call: (client: webApi.WebClient) => Promise<Result>, repeatable: boolean) {
    const web = await client();
    for (let tried = 1; ; tried++) {
      try {
        return await call(web);
      } catch (error) {
        const wait = waitBefore(error, tried, repeatable);
        if (wait === null || tried === TRIES) throw asTrouble(error);
        await sleep(wait);
      }
    }
  }

  async function identify(): Promise<Identity> {
    const answer = await attempt((web) => web.auth.test(), true);
    return { teamId: answer.team_id ?? '', botId: answer.bot_id ?? '', botUserId: answer.user_id ?? '' };
  }

  return {
    clientOptions,
    client,
    identity() {
      known ??= identify().catch((error: unknown) => {
        known = null;
        throw error;
      });
      return known;
    },
    again: (call) => attempt(call, true),
    once: (call) => attempt(call, false),
  };
}

/** Milliseconds to wait before trying again; null when it must not be tried again. */
function waitBefore(error: unknown, tried: number, repeatable: boolean): number | null {
  const { code, retryAfter } = readError(error);
  if (retryAfter !== null) return Math.min(retryAfter * 1000, MAX_WAIT_MS);
  const transport = code === 'slack_webapi_request_error' || code === 'slack_webapi_http_error';
  return transport && repeatable ? 250 * 2 ** tried : null;
}

interface ErrorFacts {
  code: string;
  answer: string | null;
  details: string;
  retryAfter: number | null;
}

function readError(error: unknown): ErrorFacts {
  const fields: Record<string, unknown> = typeof error === 'object' && error !== null ? { ...error } : {};
  const data: Record<string, unknown> =
    typeof fields.data === 'object' && fields.data !== null ? { ...fields.data } : {};
  return {
    code: typeof fields.code === 'string' ? fields.code : '',
    answer: typeof data.error === 'string' ? data.error : null,
    details: Array.isArray(data.errors) ? data.errors.join('; ').slice(0, 500) : '',
    retryAfter: typeof fields.retryAfter === 'number' ? fields.retryAfter : null,
  };
}

const advice: Record<string, string> = {
  invalid_auth: 'the bot token is not valid: check SLACK_BOT_TOKEN',
  not_authed: 'no bot token was sent: set SLACK_BOT_TOKEN',
  account_inactive: 'the app was removed from the workspace: install it again',
  token_revoked: 'the bot token was revoked: install the app again',
  missing_scope:
    'the app lacks a scope: add chat:write, channels:history, groups:history and files:write, then reinstall',
  channel_not_found: 'the channel does not exist or the bot cannot see it: check the channel id and invite the bot',
  not_in_channel: 'the bot is not in the channel: invite it there',
  is_archived: 'the channel is archived: choose another',
};

export function asTrouble(error: unknown): SlackTrouble {
  if (error instanceof SlackTrouble) return error;
  const { code, answer, details, retryAfter } = readError(error);
  if (answer !== null) {
    const hint = advice[answer] ?? details;
    return new SlackTrouble(answer, `Slack answered ${answer}${hint === '' ? '' : `: ${hint}`}`, false, error);
  }
  if (retryAfter !== null) {
    return new SlackTrouble('ratelimited', `Slack's rate limit did not clear (${retryAfter} s asked)`, false, error);
  }
  const words = error instanceof Error ? error.message : String(error);
  return new SlackTrouble(code || 'unreachable', `Slack cannot be reached: ${words}`, true, error);
}

/** The SDK's logger, without its habit of writing to the console. */
export function quietLogger(log: SlackLog | undefined): webApi.Logger {
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (...words: unknown[]) => {
      log?.(level, words.map((word) => (word instanceof Error ? word.message : String(word))).join(' '));
    };
  return {
    debug() {},
    info() {},
    warn: write('warn'),
    error: write('error'),
    setLevel() {},
    setName() {},
    getLevel: () => warnLevel(),
  };
}

/** The SDK types its level as an enum of strings; importing the enum would load the SDK at start. */
function warnLevel(): webApi.LogLevel {
  return 'warn' as webApi.LogLevel;
}
