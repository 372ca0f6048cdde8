/**
 * A workspace on this machine, speaking the wire: the Web API (form-encoded in, JSON out), Socket Mode, and signed HTTP
 * interactions. It validates as Slack does, keeps what was posted, and can be told to fail.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { blockProblems, viewProblems } from './fake-slack-blocks.ts';

export interface FakeMessage {
  ts: string;
  channel: string;
  thread_ts?: string;
  text: string;
  blocks: { type: string; [key: string]: unknown }[];
  metadata?: { event_type: string; event_payload: Record<string, unknown> };
  bot_id?: string;
  user?: string;
  files?: { id: string; name: string; permalink: string; content: string }[];
  edits: number;
  broadcast: boolean;
}
export interface Call {
  method: string;
  args: Record<string, string>;
  at: number;
}
/** What to do with the next calls of a method instead of answering well. */
export type Fault =
  | { how: 'rate_limit'; seconds: number }
  | { how: 'status'; status: number }
  /** Does it, and then loses the answer. */
  | { how: 'lose_answer' }
  | { how: 'error'; error: string };
export interface Presser {
  id?: string;
  name?: string;
  team_id?: string;
  is_bot?: boolean;
}
export interface Answer {
  status: number;
  body: string;
}

const TEAM = 'T0VIGIL';
export const BOT = { token: 'xoxb-test', appToken: 'xapp-test', bot_id: 'B0VIGIL', user_id: 'U0VIGIL', team_id: TEAM };

export class FakeSlack {
  readonly signingSecret = 'test-signing-secret';
  readonly channel = 'C0INCIDENTS';
  readonly messages: FakeMessage[] = [];
  readonly ephemerals: { user: string; text: string }[] = [];
  readonly views: { trigger_id: string; view: Record<string, unknown> }[] = [];
  readonly calls: Call[] = [];
  /** Where signed interactions are sent when no socket is open. */
  requestUrl: string | null = null;
  readonly #faults = new Map<string, Fault[]>();
  readonly #files = new Map<string, { name: string; content: string }>();
  readonly #triggers = new Map<string, number>();
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #acks = new Map<string, (answer: Answer) => void>();
  #socket: WebSocket | null = null;
  #lastTs = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request).then(({ status, headers, body, lost }) => {
        if (lost === true) return request.socket.destroy();
        response.writeHead(status, headers).end(body);
      });
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#connect(ws));
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.port}/api/`;
  }

  get socketOpen(): boolean {
    return this.#socket !== null;
  }

  /** The next calls of this method go wrong, one fault each. */
  fail(method: string, ...faults: Fault[]): void {
    this.#faults.set(method, [...(this.#faults.get(method) ?? []), ...faults]);
  }

  count(method: string): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  roots(): FakeMessage[] {
    return this.messages.filter((message) => message.thread_ts === undefined);
  }

  thread(root: string): FakeMessage[] {
    return this.messages.filter((message) => message.thread_ts === root && message.ts !== root);
  }

  /** Every button of a message, by action id. */
  buttons(ts: string): Record<string, string> {
    const blocks = this.messages.find((message) => message.ts === ts)?.blocks ?? [];
    const elements = blocks.filter((block) => block.type === 'actions').flatMap((block) => block.elements as Button[]);
    return Object.fromEntries(elements.map((one) => [one.action_id, one.value]));
  }

  /** A person presses a button of a message, as the app would hear of it. `value` stands in for a button that is gone. */
  async click(ts: string, actionId: string, by: Presser = {}, value?: string): Promise<Answer> {
    const message = this.messages.find((one) => one.ts === ts);
    const pressed = value ?? this.buttons(ts)[actionId];
    if (message === undefined || pressed === undefined) throw new Error(`message ${ts} has no button ${actionId}`);
    return this.deliver({
      type: 'block_actions',
      user: this.#person(by),
      team: { id: TEAM, domain: 'vigil' },
      api_app_id: 'A0VIGIL',
      container: { type: 'message', message_ts: ts, channel_id: message.channel, thread_ts: message.thread_ts },
      trigger_id: this.#trigger(),
      channel: { id: message.channel, name: 'incidents' },
      message,
      state: { values: {} },
      response_url: `${this.apiUrl}response`,
      actions: [{ type: 'button', action_id: actionId, block_id: 'b', value: pressed, action_ts: this.#ts() }],
    });
  }

  /** A person fills in the newest modal and submits it. */
  async submitModal(values: Record<string, Record<string, string>>, by: Presser = {}): Promise<Answer> {
    const opened = this.views.at(-1);
    if (opened === undefined) throw new Error('no modal was opened');
    const state = Object.fromEntries(
      Object.entries(values).map(([block, fields]) => [
        block,
        Object.fromEntries(Object.entries(fields).map(([id, value]) => [id, { type: 'plain_text_input', value }])),
      ]),
    );
    return this.deliver({
      type: 'view_submission',
      user: this.#person(by),
      team: { id: TEAM, domain: 'vigil' },
      api_app_id: 'A0VIGIL',
      trigger_id: this.#trigger(),
      view: { id: 'V1', hash: 'h', ...opened.view, state: { values: state } },
      response_urls: [],
    });
  }

  /** A person says something to the app, in a thread or, without one, in the channel. */
  async mention(
    text: string,
    thread: string | null,
    by: Presser = {},
    over: Record<string, unknown> = {},
  ): Promise<Answer> {
    const ts = this.#ts();
    const where = thread === null ? {} : { thread_ts: thread };
    const event = {
      type: 'app_mention',
      user: this.#person(by).id,
      text,
      ts,
      channel: this.channel,
      ...where,
      team: TEAM,
      ...over,
    };
    const payload = {
      type: 'event_callback',
      team_id: TEAM,
      api_app_id: 'A0VIGIL',
      event_id: `Ev${ts}`,
      event_time: 1,
      event,
    };
    if (this.#socket !== null) return this.deliver(payload, 'events_api');
    const { body, headers } = this.sign(JSON.stringify(payload));
    const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body };
    const response = await fetch(this.requestUrl ?? '', init);
    return { status: response.status, body: await response.text() };
  }

  /** Over the socket when one is open, otherwise as a signed POST. */
  async deliver(payload: Record<string, unknown>, type = 'interactive'): Promise<Answer> {
    const socket = this.#socket;
    if (socket === null) return this.post(payload);
    const envelope_id = randomBytes(8).toString('hex');
    const answered = new Promise<Answer>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('no acknowledgement within three seconds')), 3_000);
      this.#acks.set(envelope_id, (answer) => {
        clearTimeout(late);
        resolve(answer);
      });
    });
    socket.send(JSON.stringify({ type, envelope_id, payload, accepts_response_payload: true }));
    return answered;
  }

  async post(payload: Record<string, unknown>): Promise<Answer> {
    const { body, headers } = this.sign(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
    if (this.requestUrl === null) throw new Error('neither a socket nor a request URL');
    const response = await fetch(this.requestUrl, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(3_000),
    });
    return { status: response.status, body: await response.text() };
  }

  sign(
    body: string,
    at = Math.floor(Date.now() / 1000),
    secret = this.signingSecret,
  ): { body: string; headers: Record<string, string> } {
    const mac = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
    return {
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(at),
        'x-slack-signature': `v0=${mac}`,
      },
    };
  }

  /** Closes the socket as Slack does now and then. */
  disconnect(): void {
    this.#socket?.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
  }

  #connect(ws: WebSocket): void {
    this.#socket = ws;
    ws.on('close', () => {
      if (this.#socket === ws) this.#socket = null;
    });
    ws.on('message', (data) => {
      const { envelope_id, payload } = JSON.parse(String(data)) as { envelope_id: string; payload: unknown };
      this.#acks.get(envelope_id)?.({ status: 200, body: JSON.stringify(payload ?? '') });
      this.#acks.delete(envelope_id);
    });
    ws.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A0VIGIL' } }));
  }

  async #serve(request: IncomingMessage): Promise<Reply> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    if (path.startsWith('/upload/')) return this.#takeFile(path.slice('/upload/'.length), raw, request);
    const method = path.replace(/^\/api\//, '');
    const args = Object.fromEntries(new URLSearchParams(raw.toString('utf8')));
    this.calls.push({ method, args, at: Date.now() });
    const fault = this.#faults.get(method)?.shift();
    if (fault?.how === 'rate_limit') {
      return {
        status: 429,
        headers: { 'retry-after': String(fault.seconds) },
        body: '{"ok":false,"error":"ratelimited"}',
      };
    }
    if (fault?.how === 'status') return { status: fault.status, headers: {}, body: 'trouble' };
    if (fault?.how === 'error') return json({ ok: false, error: fault.error });
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '') || args.token;
    const wanted = method === 'apps.connections.open' ? BOT.appToken : BOT.token;
    const answer =
      token === wanted ? this.#answer(method, args) : { ok: false, error: token ? 'invalid_auth' : 'not_authed' };
    return fault?.how === 'lose_answer' ? { ...json(answer), lost: true } : json(answer);
  }

  #answer(method: string, args: Record<string, string>): Record<string, unknown> {
    switch (method) {
      case 'auth.test':
        return {
          ok: true,
          url: 'https://vigil.slack.example/',
          team: 'Vigil',
          user: 'vigil',
          ...BOT,
          token: undefined,
        };
      case 'apps.connections.open':
        return { ok: true, url: `ws://127.0.0.1:${this.port}/link` };
      case 'chat.postMessage':
        return this.#post(args);
      case 'chat.update':
        return this.#update(args);
      case 'chat.postEphemeral':
        this.ephemerals.push({ user: args.user ?? '', text: args.text ?? '' });
        return { ok: true, message_ts: this.#ts() };
      case 'chat.delete':
        return this.#delete(args);
      case 'conversations.history':
        return this.#page(
          this.roots()
            .filter((one) => Number(one.ts) > Number(args.oldest ?? 0))
            .reverse(),
          args,
        );
      case 'conversations.replies':
        return this.#page(
          this.messages.filter((one) => one.ts === args.ts || one.thread_ts === args.ts),
          args,
        );
      case 'views.open':
        return this.#openView(args);
      case 'files.getUploadURLExternal': {
        const id = `F${randomBytes(5).toString('hex').toUpperCase()}`;
        this.#files.set(id, { name: args.filename ?? '', content: '' });
        return { ok: true, file_id: id, upload_url: `http://127.0.0.1:${this.port}/upload/${id}` };
      }
      case 'files.completeUploadExternal':
        return this.#shareFiles(args);
      default:
        return { ok: false, error: 'unknown_method', req_method: method };
    }
  }

  #post(args: Record<string, string>): Record<string, unknown> {
    const problem = this.#refuse(args);
    if (problem !== null) return problem;
    const message: FakeMessage = {
      ts: this.#ts(),
      channel: this.channel,
      text: args.text ?? '',
      blocks: JSON.parse(args.blocks ?? '[]'),
      bot_id: BOT.bot_id,
      user: BOT.user_id,
      edits: 0,
      broadcast: args.reply_broadcast === 'true',
      ...(args.thread_ts === undefined ? {} : { thread_ts: args.thread_ts }),
      ...(args.metadata === undefined ? {} : { metadata: JSON.parse(args.metadata) }),
    };
    this.messages.push(message);
    return { ok: true, channel: message.channel, ts: message.ts, message };
  }

  #refuse(args: Record<string, string>): Record<string, unknown> | null {
    if (args.channel !== this.channel) return { ok: false, error: 'channel_not_found' };
    if (args.text === undefined && args.blocks === undefined) return { ok: false, error: 'no_text' };
    if ((args.text ?? '').length > 4000) return { ok: false, error: 'msg_too_long' };
    if ((args.metadata ?? '').length > 16_000) return { ok: false, error: 'metadata_too_large' };
    const problems = args.blocks === undefined ? [] : blockProblems(JSON.parse(args.blocks));
    if (problems.length === 0) return null;
    return {
      ok: false,
      error: 'invalid_blocks',
      errors: problems,
      response_metadata: { messages: problems.map((one) => `[ERROR] ${one}`) },
    };
  }

  #update(args: Record<string, string>): Record<string, unknown> {
    const problem = this.#refuse(args);
    if (problem !== null) return problem;
    const message = this.messages.find((one) => one.ts === args.ts);
    if (message === undefined) return { ok: false, error: 'message_not_found' };
    if (message.bot_id !== BOT.bot_id) return { ok: false, error: 'cant_update_message' };
    message.text = args.text ?? message.text;
    if (args.blocks !== undefined) message.blocks = JSON.parse(args.blocks);
    message.edits += 1;
    return { ok: true, channel: message.channel, ts: message.ts, text: message.text };
  }

  #delete(args: Record<string, string>): Record<string, unknown> {
    const at = this.messages.findIndex((one) => one.ts === args.ts);
    if (at < 0) return { ok: false, error: 'message_not_found' };
    this.messages.splice(at, 1);
    return { ok: true, ts: args.ts };
  }

  #page(all: FakeMessage[], args: Record<string, string>): Record<string, unknown> {
    const from = Number(args.cursor ?? 0);
    const limit = Number(args.limit ?? 100);
    const next = from + limit < all.length ? String(from + limit) : '';
    const messages = all
      .slice(from, from + limit)
      .map((message) => (args.include_all_metadata === 'true' ? message : { ...message, metadata: undefined }));
    return { ok: true, messages, has_more: next !== '', response_metadata: { next_cursor: next } };
  }

  #openView(args: Record<string, string>): Record<string, unknown> {
    const given = this.#triggers.get(args.trigger_id ?? '');
    this.#triggers.delete(args.trigger_id ?? '');
    if (given === undefined) return { ok: false, error: 'exchanged_trigger_id' };
    if (Date.now() - given > 3_000) return { ok: false, error: 'expired_trigger_id' };
    const view = JSON.parse(args.view ?? '{}');
    const problems = viewProblems(view);
    if (problems.length > 0)
      return { ok: false, error: 'invalid_arguments', response_metadata: { messages: problems } };
    this.views.push({ trigger_id: args.trigger_id ?? '', view });
    return { ok: true, view: { id: 'V1', ...view } };
  }

  #takeFile(id: string, raw: Buffer, request: IncomingMessage): Reply {
    const file = this.#files.get(id);
    if (file === undefined) return { status: 404, headers: {}, body: 'no such upload' };
    file.content = fileBody(raw, request.headers['content-type'] ?? '');
    return { status: 200, headers: {}, body: `OK - ${raw.length}` };
  }

  #shareFiles(args: Record<string, string>): Record<string, unknown> {
    const files = (JSON.parse(args.files ?? '[]') as { id: string; title?: string }[]).map(({ id, title }) => {
      const file = this.#files.get(id);
      const permalink = `https://vigil.slack.example/files/U0VIGIL/${id}`;
      return { id, title, name: file?.name ?? '', content: file?.content ?? '', permalink };
    });
    if (args.channel_id !== undefined) {
      this.messages.push({
        ts: this.#ts(),
        channel: args.channel_id,
        text: '',
        blocks: [],
        bot_id: BOT.bot_id,
        user: BOT.user_id,
        files,
        edits: 0,
        broadcast: false,
        ...(args.thread_ts === undefined ? {} : { thread_ts: args.thread_ts }),
      });
    }
    return { ok: true, files };
  }

  #person(by: Presser): Record<string, unknown> {
    return { id: 'U0ANN', username: 'ann', name: 'ann', team_id: TEAM, ...by };
  }

  #trigger(): string {
    const id = randomBytes(8).toString('hex');
    this.#triggers.set(id, Date.now());
    return id;
  }

  #ts(): string {
    this.#lastTs = Math.max(this.#lastTs + 1, Date.now() * 1000);
    return (this.#lastTs / 1e6).toFixed(6);
  }
}

interface Button {
  action_id: string;
  value: string;
}
interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
  lost?: boolean;
}

function json(value: unknown): Reply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** The content of a multipart upload with one file, or the body itself. */
function fileBody(raw: Buffer, type: string): string {
  const boundary = /boundary=([^;]+)/.exec(type)?.[1];
  if (boundary === undefined) return raw.toString('utf8');
  const part =
    raw
      .toString('utf8')
      .split(`--${boundary}`)
      .find((one) => one.includes('\r\n\r\n')) ?? '';
  return part.slice(part.indexOf('\r\n\r\n') + 4).replace(/\r\n$/, '');
}
