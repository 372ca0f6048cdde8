import { describe, expect, test } from 'vitest';
import { announce } from '../../src/sre/announce.ts';
import type { Chat } from '../../src/sre/ports/chat.ts';
import type { Incidents } from '../../src/sre/ports/incidents.ts';
import { freshIncidents } from '../kit/fresh-incidents.ts';
import { anAction, anIncident } from '../kit/nouns.ts';

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
