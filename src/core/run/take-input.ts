import type { SessionEvent } from '../events.ts';
import type { InboxRow } from '../ports/store.ts';
import { admit } from './admit.ts';
import { excerptMemo } from './context/spill.ts';
import { taken } from './draft.ts';
import type { Turn } from './turn.ts';

/** Takes up what may be taken up now. The lines are staged: they are written with the step that follows. */
export function takeInput(turn: Turn, inbox: readonly InboxRow[]): void {
  let queue = inbox.map((row) => row.event).filter((event) => !turn.taking(event.id));
  if (turn.thread.primary) queue = takeEchoes(turn, queue);
  for (let now = turn.now(); ; ) {
    const events = admit(turn.state(), queue, now);
    if (events.length === 0) return;
    const rows = events.map((event) => ({ event: taken(event, now), ...excerptMemo(turn, event) }));
    turn.stage({ rows, takes: events.map((event) => event.id) });
    queue = queue.filter((event) => !events.includes(event));
  }
}

/** What a person said to another thread stands on the session's log too, and changes nothing for the primary. */
function takeEchoes(turn: Turn, queue: readonly SessionEvent[]): SessionEvent[] {
  const { others, request } = turn.state();
  const isEcho = (event: SessionEvent) =>
    'session_thread_id' in event && others.some((other) => other.id === event.session_thread_id);
  const echoes = request === null ? queue.filter(isEcho) : [];
  const now = turn.now();
  turn.stage({ rows: echoes.map((event) => ({ event: taken(event, now) })), takes: echoes.map((event) => event.id) });
  return queue.filter((event) => !isEcho(event));
}
