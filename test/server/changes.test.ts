import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningVigil, runVigil } from '../kit/running-vigil.ts';

let running: RunningVigil;
beforeEach(async () => {
  running = await runVigil();
});
afterEach(() => running.close());

const deploy = {
  ...{ id: 'deploy-7', kind: 'deploy', service: 'checkout', time: '2026-05-06T14:00:00+02:00', actor: 'ci' },
  ...{ title: 'Checkout 4.6.2\nwith a line break', ref: 'c0ffee1', url: 'https://ci.example/7' },
};

interface Answer {
  status: number;
  body: { duplicate?: boolean; id?: string; error?: { message: string } };
}

async function send(body: unknown, token = running.vigil.hookToken): Promise<Answer> {
  const response = await fetch(`${running.vigil.url}/hooks/changes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: asBody(await response.json()) };
}

/** The test finds out when it reads it. */
function asBody(value: unknown): Answer['body'] {
  return value as Answer['body'];
}

describe('the hook for changes', () => {
  test('takes a change once, also after a restart', async () => {
    expect(await send(deploy)).toEqual({ status: 202, body: { accepted: true, duplicate: false, id: 'deploy-7' } });
    await running.restart();
    expect(await send(deploy)).toMatchObject({ status: 202, body: { duplicate: true } });
  });

  test('makes an id of what the change is when it has none', async () => {
    const { id: _none, ...rest } = deploy;
    const first = await send(rest);
    expect(first.body).toMatchObject({ duplicate: false, id: expect.stringMatching(/^deploy-[0-9a-f]{12}$/) });
    expect((await send({ ...rest, time: '2026-05-06T12:00:00Z' })).body).toEqual({ ...first.body, duplicate: true });
    expect((await send({ ...rest, title: 'Another' })).body).toMatchObject({ duplicate: false });
  });

  test.each([
    ['no JSON', '{', /JSON/],
    ['no object', '7', /no change/],
    ['an unknown kind', { ...deploy, kind: 'magic' }, /kind/],
    ['a time without a zone', { ...deploy, time: '2026-05-06T14:00:00' }, /time/],
    ['a title of nothing', { ...deploy, title: ' \u0007 ' }, /title/],
    ['an id that is a path', { ...deploy, id: 'a b\n' }, /id/],
    ['fields that nobody reads', { ...deploy, servce: 'x' }, /servce/],
  ])('says what is wrong with %s', async (_what, body, words) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error?.message).toMatch(words);
  });

  test('asks for the hook token, and for no more than a megabyte', async () => {
    expect((await send(deploy, 'wrong')).status).toBe(401);
    expect((await send(deploy, running.vigil.apiKey)).status).toBe(401);
    expect((await send({ ...deploy, diff: 'x'.repeat(1024 * 1024) })).status).toBe(413);
  });
});
