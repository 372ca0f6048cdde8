import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SlackOptions, type SlackRoom, slackChat } from '../../../src/adapters/slack/index.ts';
import type { Action, Decision, Ruling } from '../../../src/sre/action.ts';
import type { CardView, ThreadPost } from '../../../src/sre/ports/chat.ts';
import { BOT, FakeSlack } from '../../kit/fake-slack.ts';
import { anAction, anIncident } from '../../kit/nouns.ts';

const EVERY = 100;
let slack: FakeSlack;
let rooms: SlackRoom[];
let servers: Server[];
let action: Action;
let decisions: Decision[];
let heard: Parameters<SlackOptions['hear']>[0][];
let hearing: Awaited<ReturnType<SlackOptions['hear']>>;
beforeEach(async () => {
  slack = await new FakeSlack().start();
  rooms = [];
  servers = [];
  decisions = [];
  heard = [];
  hearing = 'heard';
  action = anAction({ expiresAt: new Date(Date.now() + 60_000).toISOString() });
});
afterEach(async () => {
  await Promise.all(rooms.map((room) => room.close()));
  for (const server of servers) server.close();
  await slack.stop();
});

/** The rules of a decision, on one action in memory. */
async function decide(decision: Decision): Promise<{ ruling: Ruling; action: Action | null }> {
  decisions.push(decision);
  const refuse = (why: Exclude<Ruling, { allowed: true }>['why']) => ({
    ruling: { allowed: false, why } as const,
    action,
  });
  if (decision.action !== action.id) return { ...refuse('unknown'), action: null };
  if (decision.digest !== action.digest) return refuse('digest_mismatch');
  if (action.state.is !== 'proposed') return refuse('already_decided');
  const at = new Date().toISOString();
  const { by, reason } = decision;
  action = {
    ...action,
    state: decision.verdict === 'approve' ? { is: 'approved', by, at } : { is: 'rejected', by, at, reason },
  };
  return { ruling: { allowed: true }, action };
}

function open(over: Partial<SlackOptions> = {}): SlackRoom {
  const room = slackChat({
    botToken: BOT.token,
    channel: slack.channel,
    apiUrl: slack.apiUrl,
    decide,
    hear: async (mention) => {
      heard.push(mention);
      return hearing;
    },
    editEveryMs: EVERY,
    ...over,
  });
  rooms.push(room);
  return room;
}

/** A server that mounts the receiver as the product's does. */
async function mount(room: SlackRoom): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const answer = await room.receive(Buffer.concat(chunks), request.headers);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  slack.requestUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/slack`;
  return slack.requestUrl;
}

const view = (over: Partial<CardView> = {}): CardView => ({
  incident: anIncident(),
  action: null,
  evidenceCount: 0,
  link: null,
  rev: 1,
  ...over,
});
const rev = (n: number) => view({ incident: anIncident({ title: `revision ${n}` }), rev: n });
const approval = (): ThreadPost => ({ kind: 'approval', key: `approval:${action.id}`, view: view({ action }), action });
const progress = (key: string): ThreadPost => ({
  kind: 'progress',
  key,
  entry: {
    seq: 1,
    incident: 'inc_1',
    at: '2026-11-21T05:00:00Z',
    kind: 'hypothesis',
    actor: 'agent',
    text: key,
    ref: null,
  },
});

describe('the card', () => {
  test('is posted once, also when the process forgot that it did', async () => {
    const first = await open().chat.openCard(view());
    const again = await open().chat.openCard(view({ incident: anIncident({ openedAt: '2031-01-01T00:00:00Z' }) }));
    expect(again).toEqual(first);
    expect(slack.roots()).toHaveLength(1);
  });

  test('is posted once when the answer to the post was lost', async () => {
    slack.fail('chat.postMessage', { how: 'lose_answer' });
    const card = await open().chat.openCard(view());
    expect(slack.roots().map((root) => root.ts)).toEqual([card.ts]);
  });

  test('is posted once when ten ask at the same moment', async () => {
    const room = open();
    const cards = await Promise.all(Array.from({ length: 10 }, () => room.chat.openCard(view())));
    expect(new Set(cards.map((card) => card.ts)).size).toBe(1);
    expect(slack.roots()).toHaveLength(1);
  });

  test("of another app with the same key is not taken for Vigil's", async () => {
    const mine = await open().chat.openCard(view());
    const card = slack.messages.find((message) => message.ts === mine.ts);
    if (card !== undefined) card.bot_id = 'B0OTHER';
    expect((await open().chat.openCard(view())).ts).not.toBe(mine.ts);
  });

  test('is found beyond the first page of a busy channel', async () => {
    const card = await open().chat.openCard(view());
    const chatter = slack.messages[0];
    for (let i = 0; i < 450; i++) {
      if (chatter !== undefined)
        slack.messages.push({ ...chatter, ts: `${Number(card.ts) + i + 1}`, metadata: undefined as never });
    }
    expect(await open().chat.openCard(view())).toEqual(card);
  });

  test('is edited in place, stale edits dropped, the newest shown, never faster than allowed', async () => {
    const room = open();
    const card = await room.chat.openCard(view());
    const started = Date.now();
    await Promise.all(Array.from({ length: 30 }, (_, i) => room.chat.updateCard(card, rev(i))));
    expect(slack.roots()).toHaveLength(1);
    expect(JSON.stringify(slack.roots()[0]?.blocks)).toContain('revision 29');
    const updates = slack.calls.filter((call) => call.method === 'chat.update');
    expect(updates.length).toBeLessThanOrEqual(2);
    for (let i = 0; i < 4; i++) await room.chat.updateCard(card, rev(100 + i));
    // Counted against the clock of the sender: when a request arrives depends on how busy the machine is.
    expect(slack.count('chat.update')).toBeLessThanOrEqual(Math.floor((Date.now() - started) / EVERY) + 1);
  });

  test('an edit equal to what is shown is not sent', async () => {
    const room = open();
    const card = await room.chat.openCard(view());
    await room.chat.updateCard(card, rev(1));
    await room.chat.updateCard(card, rev(1));
    expect(slack.count('chat.update')).toBe(1);
  });

  test('waits out a rate limit and then shows the newest', async () => {
    const room = open();
    const card = await room.chat.openCard(view());
    slack.fail('chat.update', { how: 'rate_limit', seconds: 1 });
    const started = Date.now();
    await room.chat.updateCard(card, rev(5));
    expect(Date.now() - started).toBeGreaterThanOrEqual(900);
    expect(JSON.stringify(slack.roots()[0]?.blocks)).toContain('revision 5');
  });

  test('an edit survives a server error; a deleted card needs none', async () => {
    const room = open();
    const card = await room.chat.openCard(view());
    slack.fail('chat.update', { how: 'status', status: 503 });
    await room.chat.updateCard(card, rev(2));
    expect(JSON.stringify(slack.roots()[0]?.blocks)).toContain('revision 2');
    slack.messages.length = 0;
    await room.chat.updateCard(card, rev(3));
  });
});

describe('the thread', () => {
  test('gets each key once, over restarts and lost answers, and without unfurling', async () => {
    const room = open();
    const card = await room.chat.openCard(view());
    const first = await room.chat.post(card, progress('a'));
    expect(await room.chat.post(card, progress('a'))).toEqual(first);
    expect(await open().chat.post(card, progress('a'))).toEqual(first);
    slack.fail('chat.postMessage', { how: 'lose_answer' });
    await room.chat.post(card, progress('b'));
    expect(slack.thread(card.ts).map((message) => message.metadata?.event_payload.key)).toEqual(['a', 'b']);
    expect(slack.calls.at(-1)?.args).not.toMatchObject({ unfurl_links: 'true' });
    expect(slack.thread(card.ts)[0]?.metadata).toEqual({
      event_type: 'vigil.incident',
      event_payload: { incident_id: 'inc_1', kind: 'progress', key: 'a' },
    });
  });

  test('a refusal says what to do', async () => {
    await expect(open({ botToken: 'xoxb-wrong' }).chat.openCard(view())).rejects.toThrow(/SLACK_BOT_TOKEN/);
    await expect(open({ botToken: 'xoxb-wrong' }).check()).rejects.toThrow(/invalid_auth/);
    await expect(open({ channel: 'C0ELSEWHERE' }).chat.openCard(view())).rejects.toThrow(/invite the bot/);
    await expect(open({ apiUrl: 'http://127.0.0.1:9/' }).check()).rejects.toThrow(/cannot be reached/);
  });

  test('a diff too long to show is attached once, whole, and then approvable', async () => {
    action = { ...action, plan: { ...action.plan, diff: '+one more line\n'.repeat(300) } };
    const room = open();
    const card = await room.chat.openCard(view());
    slack.fail('chat.postMessage', { how: 'status', status: 500 });
    const { ts } = await room.chat.post(card, approval());
    await open().chat.post(card, approval());
    const files = slack.thread(card.ts).flatMap((message) => message.files ?? []);
    expect(files.map((file) => [file.name, file.content])).toEqual([['act_1.diff', action.plan.diff]]);
    expect(Object.keys(slack.buttons(ts))).toEqual(['vigil_approve', 'vigil_deny']);
    expect(JSON.stringify(slack.thread(card.ts))).toContain(files[0]?.permalink);
  });

  test('without the whole diff nobody can approve here', async () => {
    action = { ...action, plan: { ...action.plan, diff: '+one more line\n'.repeat(300) } };
    slack.fail('files.getUploadURLExternal', { how: 'error', error: 'missing_scope' });
    const room = open();
    const card = await room.chat.openCard(view());
    const { ts } = await room.chat.post(card, approval());
    expect(slack.buttons(ts)).toEqual({});
  });
});

describe.each(['socket', 'http'] as const)('decisions over %s', (mode) => {
  let room: SlackRoom;
  let ts: string;
  async function ready(over: Partial<SlackOptions> = {}): Promise<void> {
    room = open({
      ...(mode === 'socket' ? { appToken: BOT.appToken } : { signingSecret: slack.signingSecret }),
      ...over,
    });
    await room.start();
    if (mode === 'http') await mount(room);
    else expect(slack.socketOpen).toBe(true);
    const card = await room.chat.openCard(view());
    ({ ts } = await room.chat.post(card, approval()));
  }
  const message = () => JSON.stringify(slack.messages.find((one) => one.ts === ts)?.blocks);
  const settled = () => expect.poll(() => slack.buttons(ts), { timeout: 3_000 }).toEqual({});
  const told = (words: RegExp) =>
    expect.poll(() => slack.ephemerals.map((one) => one.text).join('\n'), { timeout: 3_000 }).toMatch(words);

  test('approve decides by id and digest, and who and when stand where the buttons were', async () => {
    await ready();
    expect((await slack.click(ts, 'vigil_approve')).status).toBe(200);
    await settled();
    expect(decisions).toEqual([
      {
        action: 'act_1',
        digest: action.digest,
        verdict: 'approve',
        reason: '',
        by: { id: 'U0ANN', name: 'ann', via: 'slack' },
        isBot: false,
      },
    ]);
    expect(message()).toMatch(/\*Approved\* by <@U0ANN>, \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  });

  test('a double click decides once and tells the second', async () => {
    await ready();
    await slack.click(ts, 'vigil_approve');
    await settled();
    await slack.click(ts, 'vigil_approve', { id: 'U0BOB' }, `${action.id}|${action.digest}`);
    await told(/already/);
    expect(decisions.map((one) => one.by.id)).toEqual(['U0ANN', 'U0BOB']);
    expect(message()).toContain('<@U0ANN>');
  });

  test('deny asks for a reason, and the reason is what is stored and shown', async () => {
    await ready();
    await slack.click(ts, 'vigil_deny');
    await expect.poll(() => slack.views.length).toBe(1);
    expect(decisions).toEqual([]);
    await slack.submitModal({ reason: { text: 'wrong service' } });
    await settled();
    expect(decisions).toMatchObject([{ verdict: 'reject', reason: 'wrong service' }]);
    expect(message()).toContain('wrong service');
  });

  test('a click with a stale digest changes nothing and says so', async () => {
    await ready();
    await slack.click(ts, 'vigil_approve', {}, `${action.id}|${'e'.repeat(64)}`);
    await told(/not what is stored/);
    expect(action.state.is).toBe('proposed');
    expect(Object.keys(slack.buttons(ts))).toHaveLength(2);
  });

  test.each([
    ['somebody not on the list', { id: 'U0EVE' }],
    ['another workspace', { team_id: 'T0OTHER' }],
    ['a bot', { is_bot: true }],
    ['nobody of a team', { team_id: undefined as unknown as string }],
  ])('%s may neither approve nor deny', async (_who, by) => {
    await ready({ approvers: ['U0ANN'] });
    await slack.click(ts, 'vigil_approve', by);
    await expect.poll(() => slack.ephemerals.length).toBe(1);
    await slack.click(ts, 'vigil_deny', by);
    await expect.poll(() => slack.ephemerals.length).toBe(2);
    expect(decisions).toEqual([]);
    expect(slack.views).toEqual([]);
    expect(Object.keys(slack.buttons(ts))).toHaveLength(2);
  });

  test('a form submitted by somebody not on the list is refused too', async () => {
    await ready({ approvers: ['U0ANN'] });
    await slack.click(ts, 'vigil_deny');
    await expect.poll(() => slack.views.length).toBe(1);
    await slack.submitModal({ reason: { text: 'no' } }, { id: 'U0EVE' });
    await told(/may not decide/);
    expect(decisions).toEqual([]);
  });

  test('a button value that is not ours is left alone', async () => {
    await ready();
    for (const value of ['act_1', 'act_1|short', `inc_1|${'d'.repeat(64)}`, `act_../x|${'d'.repeat(64)}`]) {
      expect((await slack.click(ts, 'vigil_approve', {}, value)).status).toBe(200);
    }
    expect(decisions).toEqual([]);
  });

  test('is acknowledged when the decision is stored, not before', async () => {
    const order: string[] = [];
    await ready({
      decide: async (decision) => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        order.push('stored');
        return decide(decision);
      },
    });
    await slack.click(ts, 'vigil_approve').then(() => order.push('acknowledged'));
    expect(order).toEqual(['stored', 'acknowledged']);
  });

  test('is acknowledged in time although storing is slow, and a failure to store is told', async () => {
    await ready({
      decide: async () => {
        await new Promise((resolve) => setTimeout(resolve, 2_700));
        throw new Error('disk full');
      },
    });
    const started = Date.now();
    expect((await slack.click(ts, 'vigil_approve')).status).toBe(200);
    expect(Date.now() - started).toBeLessThan(2_600);
    await told(/could not be stored/);
    expect(Object.keys(slack.buttons(ts))).toHaveLength(2);
  });
});

describe('signed HTTP', () => {
  const body = new URLSearchParams({ payload: JSON.stringify({ type: 'block_actions' }) }).toString();
  const now = () => Math.floor(Date.now() / 1000);
  async function status(signed: { body: string; headers: Record<string, string> }): Promise<number> {
    const url = await mount(open({ signingSecret: slack.signingSecret }));
    return (await fetch(url, { method: 'POST', ...signed })).status;
  }

  test.each([
    ['a wrong secret', () => slack.sign(body, now(), 'other')],
    ['an old timestamp', () => slack.sign(body, now() - 302)],
    ['a future timestamp', () => slack.sign(body, now() + 302)],
    ['a changed byte', () => ({ ...slack.sign(body), body: `${body}&x=1` })],
    ['no signature', () => ({ body, headers: { 'x-slack-request-timestamp': String(now()) } })],
    [
      'another scheme',
      () => ({ body, headers: { ...slack.sign(body).headers, 'x-slack-signature': `v1=${'0'.repeat(64)}` } }),
    ],
    ['a short signature', () => ({ body, headers: { ...slack.sign(body).headers, 'x-slack-signature': 'v0=abc' } })],
    [
      'a strange timestamp',
      () => ({ body, headers: { ...slack.sign(body).headers, 'x-slack-request-timestamp': '1e9' } }),
    ],
  ])('%s is 401', async (_what, signed) => {
    expect(await status(signed())).toBe(401);
  });

  test('a good signature at the edge of the window passes the check', async () => {
    expect(await status(slack.sign(body, now() - 295))).not.toBe(401);
  });

  test('unreadable bodies are 400, too large ones 413, a challenge is answered, without a secret it is 503', async () => {
    expect(await status(slack.sign('payload={'))).toBe(400);
    expect(await status(slack.sign('x'.repeat(1024 * 1024 + 1)))).toBe(413);
    const challenge = slack.sign(JSON.stringify({ type: 'url_verification', challenge: 'c' }));
    const url = await mount(open({ signingSecret: slack.signingSecret }));
    const headers = { ...challenge.headers, 'content-type': 'application/json' };
    expect(await (await fetch(url, { method: 'POST', body: challenge.body, headers })).json()).toEqual({
      challenge: 'c',
    });
    expect((await open().receive(Buffer.from(''), {})).status).toBe(503);
  });
});

test('a socket that Slack refuses is a clear error', async () => {
  await expect(open({ appToken: 'xapp-wrong' }).start()).rejects.toThrow(/invalid_auth/);
});

describe.each(['socket', 'http'] as const)('a mention over %s', (way) => {
  const opened = async () => {
    const room = open(way === 'socket' ? { appToken: BOT.appToken } : { signingSecret: slack.signingSecret });
    if (way === 'http') await mount(room);
    await room.start();
    if (way === 'socket') await expect.poll(() => slack.socketOpen).toBe(true);
    return room;
  };

  test('in the thread of a card is heard as it was typed, with who said it', async () => {
    const room = await opened();
    const card = await room.chat.openCard(view());
    await slack.mention(`<@${BOT.user_id}> is it &lt;the pool&gt; &amp; not the deploy?`, card.ts);
    await expect.poll(() => heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ card, by: '<@U0ANN>', text: 'is it <the pool> & not the deploy?' });
    expect(slack.ephemerals).toEqual([]);
  });

  test('elsewhere, or after the end, is told where to go; apps and strangers are not listened to', async () => {
    const room = await opened();
    const card = await room.chat.openCard(view());
    await slack.mention(`<@${BOT.user_id}> hello`, null);
    await expect.poll(() => slack.ephemerals.length).toBe(1);
    expect(heard).toEqual([]);
    hearing = 'resolved';
    await slack.mention(`<@${BOT.user_id}> hello?`, card.ts);
    await expect
      .poll(() => slack.ephemerals.map(({ text }) => text))
      .toEqual([expect.stringContaining('in the thread of an incident'), expect.stringContaining('is resolved')]);
    await slack.mention('<@U0VIGIL> hi', card.ts, {}, { bot_id: 'B0OTHER' });
    await slack.mention('<@U0VIGIL> hi', card.ts, {}, { team: 'T0OTHER' });
    await slack.mention('<@U0VIGIL> again', card.ts);
    await expect.poll(() => heard.map(({ text }) => text)).toEqual(['hello?', 'again']);
  });
});
