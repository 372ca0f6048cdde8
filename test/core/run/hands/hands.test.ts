import { expect, test } from 'vitest';
import { mint } from '../../../../src/core/ids.ts';
import type { SandboxSpec } from '../../../../src/core/ports/sandbox.ts';
import { createHands } from '../../../../src/core/run/hands/hands.ts';
import { listCost } from '../../../../src/core/run/prices.ts';

function setting() {
  const disposed: string[] = [];
  let now = 0;
  const sandboxes = {
    create: async (spec: SandboxSpec) => ({
      execute: async () => ({ content: spec.session, isError: false }),
      outputs: async () => [],
      put: async () => undefined,
      place: async () => undefined,
      changes: async () => [],
      dispose: async () => {
        disposed.push(spec.session);
      },
    }),
  };
  const hands = createHands(sandboxes, { now: () => now }, { sandboxes: 2, sandboxIdleMs: 1_000 });
  const sessions = [mint('sesn'), mint('sesn'), mint('sesn')] as const;
  const use = (session: (typeof sessions)[number]) => {
    now += 1;
    const spec = async () => ({ session, files: [], allowedHosts: [] });
    return hands.use(session, spec, async (_, fresh) => fresh);
  };
  return { hands, sessions, use, disposed, later: (ms: number) => (now += ms) };
}

test('a sandbox is kept between calls, and the one unused longest makes room', async () => {
  const { use, sessions, disposed } = setting();
  const [a, b, c] = sessions;
  expect(await use(a)).toBe(true);
  expect(await use(b)).toBe(true);
  expect(await use(a)).toBe(false);
  await use(c);
  expect(disposed).toEqual([b]);
  expect(await use(a)).toBe(false);
});

test('one whose session is being driven stays however long it is not used, and makes room when the turn is over', async () => {
  const { hands, use, sessions, disposed, later } = setting();
  const [a, b, c] = sessions;
  const releases = sessions.map((session) => hands.hold(session));
  await use(a);
  await use(b);
  await use(c);
  later(2_000);
  await hands.sweep();
  expect(disposed).toEqual([]);
  await releases[1]?.();
  expect(disposed).toEqual([b]);
  expect(await use(a)).toBe(false);
});

test('one in use is not taken away, one idle too long is', async () => {
  const { hands, use, sessions, disposed, later } = setting();
  const [a, b, c] = sessions;
  let finish: () => void = () => undefined;
  const spec = async () => ({ session: a, files: [], allowedHosts: [] });
  const busy = hands.use(a, spec, () => new Promise<void>((resolve) => (finish = resolve)));
  await use(b);
  await use(c);
  expect(disposed).toEqual([b]);
  later(2_000);
  await hands.sweep();
  expect(disposed).toEqual([b, c]);
  finish();
  await busy;
  await hands.close();
  expect(disposed).toEqual([b, c, a]);
});

test('a price is for known models at standard speed; nothing used costs nothing', () => {
  const usage = {
    input_tokens: 1_000,
    output_tokens: 100,
    cache_creation_input_tokens: 200,
    cache_read_input_tokens: 10_000,
  };
  expect(listCost({ id: 'claude-opus-4-6', speed: 'standard' }, usage)).toBe((1_000 + 250 + 1_000) * 5 + 100 * 25);
  expect(listCost({ id: 'claude-opus-4-6', speed: 'fast' }, usage)).toBeNull();
  expect(listCost({ id: 'claude-next', speed: 'standard' }, usage)).toBeNull();
  expect(listCost({ id: 'claude-next', speed: 'standard' }, { ...usage, input_tokens: 0, output_tokens: 0 })).toBe(0);
});
