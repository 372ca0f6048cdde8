/**
 * Bolt behind any HTTP server: the server hands over raw bytes and headers, and gets back what to answer. Answers within
 * Slack's three seconds; what a click causes goes on after that.
 */
import type { App, Receiver, ReceiverEvent } from '@slack/bolt';
import { z } from 'zod';
import { type Headers, refusedSignature } from './verify.ts';

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}
export interface HttpReceiver extends Receiver {
  handle(rawBody: Buffer, headers: Headers): Promise<HttpAnswer>;
}

const MAX_BODY = 1024 * 1024;
const ANSWER_WITHIN_MS = 2_800;
const json = z.record(z.string(), z.unknown());

export function httpReceiver(signingSecret: string, now: () => number): HttpReceiver {
  let app: Pick<App, 'processEvent'> | null = null;

  async function handle(rawBody: Buffer, headers: Headers): Promise<HttpAnswer> {
    if (rawBody.length > MAX_BODY) return answer(413, 'body over 1 MiB');
    const refused = refusedSignature(signingSecret, rawBody, headers, now());
    if (refused !== null) return answer(401, refused);
    const body = readBody(rawBody.toString('utf8'), headers['content-type']);
    if (body === null) return answer(400, 'neither JSON nor a form with a JSON payload');
    if (body.type === 'url_verification') return answer(200, { challenge: body.challenge });
    if (body.ssl_check !== undefined) return answer(200, '');
    return app === null ? answer(503, 'not started') : dispatch(app, body, headers);
  }

  return {
    init(bolt) {
      app = bolt;
    },
    start: async () => {},
    stop: async () => {},
    handle,
  };
}

function dispatch(
  app: Pick<App, 'processEvent'>,
  body: Record<string, unknown>,
  headers: Headers,
): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(answer(503, 'not acknowledged in time')), ANSWER_WITHIN_MS);
    const finish = (result: HttpAnswer) => {
      clearTimeout(late);
      resolve(result);
    };
    const retry = Number(headers['x-slack-retry-num']);
    const event: ReceiverEvent = {
      body,
      ack: async (response) => finish(answer(200, response ?? '')),
      ...(Number.isInteger(retry) ? { retryNum: retry } : {}),
    };
    // Without a listener nobody acknowledges: events are then done, anything a person pressed is not known here.
    const unheard = body.type === 'event_callback' ? answer(200, '') : answer(404, 'nothing listens to this');
    app.processEvent(event).then(
      () => finish(unheard),
      () => finish(answer(500, 'the listener failed')),
    );
  });
}

function readBody(text: string, type: string | string[] | undefined): Record<string, unknown> | null {
  try {
    if (typeof type === 'string' && type.startsWith('application/json')) return json.parse(JSON.parse(text));
    const form = new URLSearchParams(text);
    const payload = form.get('payload');
    return payload === null ? Object.fromEntries(form) : json.parse(JSON.parse(payload));
  } catch {
    return null;
  }
}

function answer(status: number, body: unknown): HttpAnswer {
  const words = typeof body === 'string';
  return {
    status,
    headers: { 'content-type': words ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8' },
    body: words ? body : JSON.stringify(body),
  };
}
