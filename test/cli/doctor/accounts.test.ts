/** What doctor says of Slack and GitHub, from what they answer; nothing is posted or written there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { checkGithub } from '../../../src/cli/doctor/github.ts';
import { checkSlack, SCOPES } from '../../../src/cli/doctor/slack.ts';
import { packageRoot } from '../../../src/lib/package-root.ts';
import { type Asked, stubApi } from '../../kit/stub-api.ts';

const slackEnv = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_CHANNEL: 'C0INCIDENTS' };
const githubEnv = { GITHUB_TOKEN: 't', GITHUB_REPOSITORY: 'acme/shop' };

/** Slack that says yes, with these scopes, but for what is named. */
async function slack(said: Record<string, string>, scopes = SCOPES.join(',')) {
  const api = await stubApi(({ path }: Asked) => {
    const error = said[path.slice(1)];
    return { headers: { 'x-oauth-scopes': scopes }, json: error === undefined ? { ok: true } : { ok: false, error } };
  });
  const check = () => checkSlack({ ...slackEnv, SLACK_API_URL: `${api.url}/` });
  return { api, check };
}

describe('slack', () => {
  test('is well when both tokens are taken and the channel can be read; only reading is asked for', async () => {
    const { api, check } = await slack({});
    await using _ = api;
    expect(await check()).toMatchObject({ verdict: 'ok', detail: expect.stringContaining('Socket Mode') });
    expect(api.asked.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/auth.test', 'Bearer xoxb-1'],
      ['/conversations.history', 'Bearer xoxb-1'],
      ['/apps.connections.open', 'Bearer xapp-1'],
    ]);
  });

  test.each([
    ['auth.test', 'token_revoked', /refused \(token_revoked\)/, /SLACK_BOT_TOKEN/],
    ['conversations.history', 'not_in_channel', /C0INCIDENTS cannot be read/, /\/invite/],
    ['apps.connections.open', 'invalid_auth', /SLACK_APP_TOKEN is refused/, /connections:write/],
  ])('%s that says %s is a fault, and what to do', async (method, error, detail, fix) => {
    const { api, check } = await slack({ [method]: error });
    await using _ = api;
    const found = await check();
    expect([found.verdict, found.detail, found.fix]).toEqual([
      'fail',
      expect.stringMatching(detail),
      expect.stringMatching(fix),
    ]);
  });

  test('names the scopes that are missing; one of the two kinds of channels is enough', async () => {
    const few = await slack({}, 'chat:write,channels:history,app_mentions:read');
    await using _ = few.api;
    expect(await few.check()).toMatchObject({ verdict: 'fail', detail: 'the app lacks files:write' });
    const enough = await slack({}, 'chat:write,channels:history,files:write,app_mentions:read');
    await using __ = enough.api;
    expect((await enough.check()).verdict).toBe('ok');
  });

  test('takes ids of channels, not names, and an outage for what it is', async () => {
    expect(await checkSlack({ ...slackEnv, SLACK_CHANNEL: '#incidents' })).toMatchObject({ verdict: 'fail' });
    expect(await checkSlack({ ...slackEnv, SLACK_API_URL: 'http://127.0.0.1:1/' })).toMatchObject({ verdict: 'note' });
  });

  test('the manifest makes an app with these scopes, and the README names them', async () => {
    const read = (path: string) => readFile(join(packageRoot(), path), 'utf8');
    const app = z.object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) });
    expect(app.parse(parse(await read('deploy/slack-app.yaml'))).oauth_config.scopes.bot).toEqual(SCOPES);
    const readme = await read('README.md');
    expect(SCOPES.filter((scope) => !readme.includes(`\`${scope}\``))).toEqual([]);
  });
});

describe('github', () => {
  test.each([
    [{ json: { permissions: { push: true } } }, 'ok', /may write to acme\/shop/],
    [{ json: {} }, 'ok', /sees acme\/shop/],
    [{ json: { permissions: { push: false } } }, 'fail', /may only read/],
    [{ json: { archived: true } }, 'fail', /is archived/],
    [{ status: 401, json: { message: 'Bad credentials' } }, 'fail', /401/],
    [{ status: 404, json: { message: 'Not Found' } }, 'fail', /404/],
    [{ json: [] }, 'note', /something else/],
  ])('that answers %j is %s', async (answer, verdict, detail) => {
    await using api = await stubApi(() => answer);
    const found = await checkGithub({ ...githubEnv, GITHUB_API_URL: api.url });
    expect([found.verdict, found.detail]).toEqual([verdict, expect.stringMatching(detail)]);
    expect(api.asked).toMatchObject([{ method: 'GET', path: '/repos/acme/shop' }]);
  });
});
