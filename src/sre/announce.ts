/**
 * The room sees what the store holds: one card, kept true, and its thread. Reconciles instead of sending events, so a
 * crash or an outage of the chat only makes it late. Every post has a key and is made once. The card is brought up to date
 * apart from that (`showCard`): its turn may be a minute away, and nobody's approval waits for it.
 */
import type { Action } from './action.ts';
import type { IncidentId } from './ids.ts';
import type { Incident, TimelineEntry } from './incident.ts';
import type { CardView, Chat, ThreadPost } from './ports/chat.ts';
import type { Incidents } from './ports/incidents.ts';
import { revise } from './revise.ts';

export interface Announcing {
  incidents: Incidents;
  chat: Chat;
  /** Where people read more; null when there is no such address. */
  link: (incident: IncidentId) => string | null;
}

export async function announce(announcing: Announcing, id: IncidentId): Promise<void> {
  const { incidents, chat } = announcing;
  const incident = await incidents.get(id);
  if (incident === null) return;
  const view = await viewOf(announcing, incident);
  const card = incident.card ?? (await openCard(announcing, view));
  for (const entry of await incidents.timeline(id, 0)) {
    const post = threadPost(entry, view);
    if (post !== null) await once(announcing, id, post.key, (again) => chat.post(card, post, { again }));
  }
  for (const action of await incidents.actions(id)) await announceAction(announcing, card, view, action);
}

/** Resolves when the card shows what the store holds now; whoever changed the incident meanwhile causes the next round. */
export async function showCard(announcing: Announcing, id: IncidentId): Promise<void> {
  const incident = await announcing.incidents.get(id);
  if (incident === null || incident.card === null) return;
  await announcing.chat.updateCard(incident.card, await viewOf(announcing, incident));
}

async function viewOf({ incidents, link }: Announcing, incident: Incident): Promise<CardView> {
  return {
    incident,
    action: (await incidents.actions(incident.id)).at(-1) ?? null,
    evidenceCount: (await incidents.evidenceIndex(incident.id)).length,
    link: link(incident.id),
    rev: await incidents.revision(incident.id),
  };
}

async function openCard({ incidents, chat }: Announcing, view: CardView): Promise<{ channel: string; ts: string }> {
  const card = await chat.openCard(view);
  await revise(incidents, view.incident.id, (incident) => (incident.card === null ? { ...incident, card } : incident));
  return card;
}

/** Tool calls are for the pages; the room gets what changes somebody's mind. */
function threadPost(entry: TimelineEntry, view: CardView): ThreadPost | null {
  const key = `${entry.incident}:${entry.seq}`;
  switch (entry.kind) {
    case 'observe':
      return null;
    case 'finding':
      return { kind: 'finding', key, view };
    case 'decide':
      // The approval message and its settlement say it better.
      return null;
    case 'detect':
    case 'hypothesis':
    case 'act':
    case 'effect':
    case 'error':
    case 'note':
      return { kind: 'progress', key, entry };
  }
}

async function announceAction(
  announcing: Announcing,
  card: { channel: string; ts: string },
  view: CardView,
  action: Action,
): Promise<void> {
  const { chat } = announcing;
  const key = `approval:${action.id}`;
  const ts = await once(announcing, action.incident, key, (again) =>
    chat.post(card, { kind: 'approval', key, view: { ...view, action }, action }, { again }),
  );
  if (action.state.is === 'proposed') return;
  await once(announcing, action.incident, `settled:${action.id}:${action.state.is}`, async () => {
    await chat.settle({ channel: card.channel, ts }, action);
    return { ts };
  });
  if (action.state.is === 'approved' || action.state.is === 'executing') return;
  const decided = `decided:${action.id}`;
  await once(announcing, action.incident, decided, (again) =>
    chat.post(card, { kind: 'decided', key: decided, action }, { again }),
  );
}

/** Intent before, result after; in between the chat adapter itself looks for a message with this key. */
async function once(
  { incidents }: Announcing,
  id: IncidentId,
  key: string,
  effect: (again: boolean) => Promise<{ ts: string }>,
): Promise<string> {
  const intent = await incidents.intend(`chat:${key}`, id);
  if (intent.done) return intent.result;
  const { ts } = await effect(intent.again);
  await incidents.complete(`chat:${key}`, ts);
  return ts;
}
