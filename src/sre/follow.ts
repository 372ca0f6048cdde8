/** Lives beside a session: events become the incident's timeline, tool calls get their answers, the end is noticed. */
import type Anthropic from '@anthropic-ai/sdk';
import { answer } from './answer.ts';
import type { Answering } from './answering.ts';
import { conclude } from './conclude.ts';
import { flagPlanted } from './flag-planted.ts';
import type { IncidentId } from './ids.ts';
import type { Published } from './investigate.ts';
import type { Log } from './ports/log.ts';
import { revise } from './revise.ts';
import { callers } from './session/caller.ts';
import { sendReply, type ToolUse, unanswered, useOf } from './session/reply.ts';
import { specialistWatch } from './session/specialist-watch.ts';
import { cursorOf, type SessionEvent, tail } from './session/tail.ts';
import { timelineEntry } from './session/timeline-entry.ts';
import { usageOf, withUsage } from './session/usage.ts';

export interface Following extends Answering {
  client: Anthropic;
  log: Log;
  published: () => Promise<Published>;
  /** How long one specialist is waited for, milliseconds. */
  specialistMs: number;
  /** Of the whole incident, at list prices; null: none. */
  budgetUsd: number | null;
}

/** Returns when the session has come to rest and nothing is expected of it, or when the signal ends it. */
export async function follow(
  following: Following,
  id: IncidentId,
  session: string,
  cursor: string | null,
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([following.signal, stop.signal]);
  const answers = answerer({ ...following, signal }, id, session);
  const watch = specialistWatch({ ...following, signal }, id, session);
  let caughtUp = false;
  let resting: SessionEvent | null = null;
  try {
    for await (const next of tail({ ...following, signal }, session, cursor)) {
      if (next.is === 'caught_up') {
        caughtUp = true;
        await watch.takeUp();
        for (const use of await unanswered(following.client, session, signal)) answers.take(use);
      } else {
        resting = rest(next.event, resting);
        watch.see(next.event);
        await keep(following, id, session, next.event);
        if (next.live && next.event.type === 'agent.custom_tool_use') answers.take(useOf(next.event));
      }
      if (!caughtUp || resting === null || !(await isAtRest(following, session, resting))) continue;
      if (await conclude(following, id, session, resting)) break;
      // It was given something to do: what comes next is of that, and no rest.
      resting = null;
    }
  } finally {
    stop.abort();
    watch.close();
    await answers.done();
  }
}

/** The event at which the session came to rest for good, null while it works or waits for an answer. */
function rest(event: SessionEvent, before: SessionEvent | null): SessionEvent | null {
  switch (event.type) {
    case 'session.status_idle':
      return event.stop_reason.type === 'requires_action' ? null : event;
    case 'session.status_terminated':
    case 'session.deleted':
      return event;
    case 'session.status_running':
    case 'user.message':
      return null;
    default:
      return before;
  }
}

/**
 * An old rest is no rest when something was sent since: it may wait for its turn, and stand in no history yet; or have had
 * it by now, so that the session rests again, or waits for an answer of ours.
 */
async function isAtRest({ client, signal }: Following, session: string, resting: SessionEvent): Promise<boolean> {
  if (resting.type !== 'session.status_idle') return true;
  if ((await client.beta.sessions.retrieve(session, {}, { signal })).status !== 'idle') return false;
  const query = { types: ['session.status_idle' as const], order: 'desc' as const, limit: 1 };
  const { data } = await client.beta.sessions.events.list(session, query, { signal });
  const [newest] = data;
  return newest === undefined || !('id' in newest) || newest.id === resting.id;
}

async function keep(
  { incidents, clock }: Following,
  id: IncidentId,
  session: string,
  event: SessionEvent,
): Promise<void> {
  const entry = timelineEntry(event, new Date(clock()).toISOString());
  if (entry !== null) await incidents.note(id, `event:${entry.ref}`, entry);
  if (event.type === 'agent.tool_result') {
    await flagPlanted(
      { incidents, clock },
      id,
      { where: 'what was read in the sandbox', evidence: null },
      event.content,
    );
  }
  if (event.type === 'session.usage') {
    await revise(incidents, id, (incident) => withUsage(incident, session, usageOf(event)));
  }
  // Everything above may be done twice, so the cursor need not move with every event.
  if (event.type === 'session.status_idle') {
    await revise(incidents, id, (incident) => ({ ...incident, cursor: cursorOf(event) ?? incident.cursor }));
  }
}

/** Answers the calls of each thread in their order, those of several threads side by side, never one call twice. */
function answerer(following: Following, id: IncidentId, session: string) {
  const { client, published, signal } = following;
  const taken = new Set<string>();
  const last = new Map<string | null, Promise<void>>();
  const callerOf = callers(client, published, session, signal);

  async function one(use: ToolUse): Promise<void> {
    const incident = await following.incidents.get(id);
    if (incident === null || following.signal.aborted) return;
    const reply = await answer(following, incident, use, await callerOf(use.thread));
    // A result that was cut short by our own stop is not the source's: the next process asks again.
    if (reply === null || following.signal.aborted) return;
    await sendReply(following, session, use.id, reply);
  }

  return {
    take(use: ToolUse): void {
      if (taken.has(use.id)) return;
      taken.add(use.id);
      const done = (last.get(use.thread) ?? Promise.resolve())
        .then(() => one(use))
        .catch((error: unknown) => {
          if (following.signal.aborted) return;
          taken.delete(use.id);
          following.log.error({ incident: id, tool: use.name, error: String(error) }, 'a tool call was not answered');
        });
      last.set(use.thread, done);
    },
    done: async () => {
      await Promise.all(last.values());
    },
  };
}
