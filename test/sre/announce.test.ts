import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import { announce, showCard } from '../../src/sre/announce.ts';
import type { Chat } from '../../src/sre/ports/chat.ts';
import type { Incidents } from '../../src/sre/ports/incidents.ts';
import { freshIncidents } from '../kit/fresh-incidents.ts';
import { anAction, anIncident } from '../kit/nouns.ts';
import { runVigil } from '../kit/running-vigil.ts';
import { look, MODEL, propose, report } from '../security/hostile-model.ts';
import { alertBody, writeTinyWorld } from '../survival/tiny-world.ts';

const AT = '2026-11-21T05:00:00.000Z';
const by = { id: 'U1', name: 'Ann', via: 'slack' as const };

/** A room that finds what was posted under a key, as the port promises. */
function room() {
  const posted = new Map<string, string>();
  const settled: string[] = [];
  const edits: string[] = [];
  let down = false;
  const put = (key: string) => {
    if (down) throw new Error('chat is down');
    if (!posted.has(key)) posted.set(key, String(posted.size + 1));
    return posted.get(key) ?? '';
  };
  const chat: Chat = {
    openCard: async ({ incident }) => ({ channel: 'C', ts: put(`card ${incident.id}`) }),
    updateCard: async (_card, view) => {
      edits.push(view.incident.state.is);
    },
    post: async (_card, post) => ({ ts: put(`${post.kind} ${post.key}`) }),
    settle: async (_message, action) => {
      settled.push(action.state.is);
    },
  };
  return { chat, posted, settled, edits, fail: (is: boolean) => (down = is) };
}

async function stage() {
  const incidents = await freshIncidents();
  await incidents.save(anIncident({ state: { is: 'investigating' } }), 0);
  return { incidents, ...room() };
}
const note = (incidents: Incidents, key: string, kind: 'observe' | 'hypothesis' | 'finding' | 'detect') =>
  incidents.note('inc_1', key, { at: AT, kind, actor: 'agent', text: key, ref: null });
const link = () => null;

describe('the room', () => {
  test('gets one card and each line of the thread once, however often it is told', async () => {
    const { incidents, chat, posted } = await stage();
    await note(incidents, 'a', 'hypothesis');
    await note(incidents, 'b', 'finding');
    for (let round = 0; round < 3; round++) await announce({ incidents, chat, link }, 'inc_1');
    expect([...posted.keys()]).toEqual(['card inc_1', 'progress inc_1:1', 'finding inc_1:2']);
    expect((await incidents.get('inc_1'))?.card).toEqual({ channel: 'C', ts: '1' });
  });

  test('is not told of single tool calls', async () => {
    const { incidents, chat, posted } = await stage();
    await note(incidents, 'a', 'observe');
    await announce({ incidents, chat, link }, 'inc_1');
    expect([...posted.keys()]).toEqual(['card inc_1']);
  });

  test('sees a proposal with buttons, which go when it is decided', async () => {
    const { incidents, chat, posted, settled } = await stage();
    const action = await incidents.propose(anAction());
    await announce({ incidents, chat, link }, 'inc_1');
    expect([...posted.keys()]).toContain('approval approval:act_1');
    expect(settled).toEqual([]);
    await incidents.advance(action.id, 'proposed', { is: 'rejected', by, at: AT, reason: 'no' });
    for (let round = 0; round < 2; round++) await announce({ incidents, chat, link }, 'inc_1');
    expect(settled).toEqual(['rejected']);
    expect([...posted.keys()].filter((key) => key.startsWith('decided'))).toHaveLength(1);
  });

  test('shows the card as it is now, once there is one', async () => {
    const { incidents, chat, edits } = await stage();
    await showCard({ incidents, chat, link }, 'inc_1');
    expect(edits).toEqual([]);
    await announce({ incidents, chat, link }, 'inc_1');
    await showCard({ incidents, chat, link }, 'inc_1');
    expect(edits).toEqual(['investigating']);
  });

  test('that was down hears everything later, once', async () => {
    const { incidents, chat, posted, fail } = await stage();
    fail(true);
    await note(incidents, 'a', 'detect');
    await expect(announce({ incidents, chat, link }, 'inc_1')).rejects.toThrow('down');
    fail(false);
    await announce({ incidents, chat, link }, 'inc_1');
    expect([...posted.keys()]).toEqual(['card inc_1', 'progress inc_1:1']);
  });

  test('gets no second post when a crash lost the note of the first', async () => {
    const { incidents, chat, posted } = await stage();
    await note(incidents, 'a', 'detect');
    const forgetful: Incidents = { ...incidents, complete: () => Promise.reject(new Error('killed')) };
    await expect(announce({ incidents: forgetful, chat, link }, 'inc_1')).rejects.toThrow('killed');
    await announce({ incidents, chat, link }, 'inc_1');
    expect([...posted.keys()]).toEqual(['card inc_1', 'progress inc_1:1']);
  });
});

test('an approval waits for no card: one whose turn has not come is edited later, and one that failed again', {
  timeout: 60_000,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), 'vigil-cards-'));
  await writeTinyWorld(join(home, 'world'));
  const inRoom = room();
  let turn = () => {};
  const turnCame = new Promise<void>((resolve) => {
    turn = resolve;
  });
  const shown: string[] = [];
  let failures = 1;
  const chat: Chat = {
    ...inRoom.chat,
    async updateCard(_card, { incident }) {
      if (failures-- > 0) throw new Error('the room is out of order');
      await turnCame;
      shown.push(incident.state.is);
    },
  };
  const says = [look, report, propose];
  const model = scriptedModel(({ messages }) => {
    const say = says[messages.filter(({ role }) => role === 'assistant').length];
    return typeof say === 'object' ? say : { blocks: [{ text: 'Done.' }] };
  });
  const config = { model: MODEL, world: join(home, 'world'), dataDir: join(home, 'data') };
  const vigil = await runVigil(config, { models: { [MODEL]: model }, chat });
  try {
    await vigil.hook(JSON.stringify(alertBody()));
    await vi.waitFor(
      () => expect([...inRoom.posted.keys()].some((key) => key.startsWith('approval'))).toBe(true),
      20_000,
    );
    expect(shown).toEqual([]);
    turn();
    await vi.waitFor(() => expect(shown.at(-1)).toBe('needs_approval'), 10_000);
  } finally {
    turn();
    await vigil.close();
    await rm(home, { recursive: true, force: true });
  }
});
