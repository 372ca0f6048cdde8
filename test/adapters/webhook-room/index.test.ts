import { describe, expect, test } from 'vitest';
import { webhookRoom } from '../../../src/adapters/webhook-room/index.ts';
import { postWords } from '../../../src/adapters/webhook-room/words.ts';
import { loadConfig } from '../../../src/config.ts';
import type { CardView } from '../../../src/sre/ports/chat.ts';
import { aFinding, anAction, anIncident } from '../../kit/nouns.ts';
import { stubApi } from '../../kit/stub-api.ts';

const card = { channel: 'webhook', ts: 'inc_1' };
const view = (over: Partial<CardView> = {}): CardView => ({
  ...{
    incident: anIncident({ finding: aFinding() }),
    action: null,
    evidenceCount: 1,
    link: 'https://v.example/i',
    rev: 1,
  },
  ...over,
});
const action = anAction();

describe('a room behind a webhook', () => {
  test('hears of the incident, the finding, the change that waits with its diff, and the decision', async () => {
    await using api = await stubApi(() => ({ text: 'ok' }));
    const chat = webhookRoom({ url: `${api.url}/hooks/verysecret`, kind: 'mattermost' });
    expect(await chat.openCard(view())).toEqual(card);
    await chat.post(card, { kind: 'finding', key: 'f', view: view() });
    await chat.post(card, { kind: 'approval', key: 'a', view: view(), action });
    await chat.updateCard(card, view());
    const by = { id: 'ann', name: 'ann', via: 'cli' as const };
    const denied = { ...action, state: { is: 'rejected' as const, by, at: action.createdAt, reason: '' } };
    await chat.post(card, { kind: 'decided', key: 'd', action: denied });
    const said = api.asked.map(({ body }) => String(JSON.parse(body).text));
    expect(said).toEqual([
      expect.stringMatching(/^\*\*CRITICAL: Latency of checkout is high\*\*, checkout\n\n.*\[Open in Vigil\]/),
      expect.stringMatching(/^\*\*Finding\*\*, high confidence\n\nCheckout is slow\./),
      expect.stringMatching(/```diff\n--- a\/x\n\+\+\+ b\/x\n```[\s\S]*`vigil approve act_1` or `vigil deny act_1`/),
      expect.stringMatching(/^Denied by ann: Revert the leak/),
    ]);
  });

  test('of Teams gets an adaptive card', async () => {
    await using api = await stubApi(() => ({ status: 202, text: '' }));
    await webhookRoom({ url: api.url, kind: 'teams' }).openCard(view());
    expect(JSON.parse(api.asked[0]?.body ?? '')).toMatchObject({
      attachments: [{ content: { type: 'AdaptiveCard', body: [{ text: expect.stringContaining('CRITICAL') }] } }],
    });
  });

  test('that refuses or is away is an error to try again, without its address', async () => {
    await using api = await stubApi(() => ({ status: 403, text: 'no' }));
    for (const url of [`${api.url}/verysecret`, 'http://127.0.0.1:1/verysecret']) {
      const failed = webhookRoom({ url, kind: 'mattermost' }).openCard(view());
      await expect(failed).rejects.toThrow(/CHAT_WEBHOOK_URL/);
      await expect(failed).rejects.not.toThrow(/verysecret/);
    }
  });

  test('words from outside call nobody, link nowhere and end no block', () => {
    const words = '@channel [x](https://evil.example) **b** ```\n# h <!here> \u202e';
    const finding = aFinding({
      summary: words,
      cause: { service: null, change_id: null, kind: 'x', mechanism: words },
    });
    const told = postWords({
      kind: 'finding',
      key: 'f',
      view: view({ incident: anIncident({ finding }), link: null }),
    });
    expect(told).not.toMatch(/@|(?<!\\)\]\(|^#|(?<!\\)```|\u202e|(?<!\\)<!/m);
    const plan = { ...action.plan, diff: '+```\n+@channel' };
    const asked = postWords({ kind: 'approval', key: 'a', view: view(), action: { ...action, plan } });
    expect(asked?.match(/```/g)).toHaveLength(2);
  });

  test('is chosen by its address, which must be one and is shown nowhere', () => {
    const url = 'https://chat.example/hooks/verysecret';
    expect(loadConfig({ CHAT_WEBHOOK_URL: url })).toMatchObject({
      chat: 'webhook',
      webhookRoom: { kind: 'mattermost', secret: url },
    });
    expect(loadConfig({})).toMatchObject({ chat: 'none', webhookRoom: null });
    expect(() => loadConfig({ CHAT_WEBHOOK_URL: 'verysecret' })).toThrow(/^(?!.*verysecret).*is no address/);
  });
});
