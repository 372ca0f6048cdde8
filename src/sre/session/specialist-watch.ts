/**
 * Sees to it that a specialist who does not answer stops nobody: after its time its thread is interrupted and the
 * investigator is told to go on without it. Waiting for an answer of ours counts, so that nothing can add up.
 */
import type Anthropic from '@anthropic-ai/sdk';
import type { IncidentId } from '../ids.ts';
import type { Incidents } from '../ports/incidents.ts';
import type { Log } from '../ports/log.ts';
import type { SessionEvent } from './tail.ts';

interface Watching {
  client: Anthropic;
  incidents: Incidents;
  log: Log;
  clock: () => number;
  specialistMs: number;
  signal: AbortSignal;
}
export interface SpecialistWatch {
  /** Every event of the session, in order. */
  see(event: SessionEvent): void;
  /** Threads that were at work before this process began to look. */
  takeUp(): Promise<void>;
  close(): void;
}

export function specialistWatch(watching: Watching, incident: IncidentId, session: string): SpecialistWatch {
  const alarms = new Map<string, NodeJS.Timeout>();

  function begin(thread: string, name: string): void {
    if (alarms.has(thread)) return;
    const alarm = setTimeout(() => {
      alarms.delete(thread);
      stop(watching, { incident, session, thread, name }).catch((error: unknown) => {
        if (!watching.signal.aborted) watching.log.error({ incident, thread, error: String(error) }, 'was not stopped');
      });
    }, watching.specialistMs);
    alarm.unref();
    alarms.set(thread, alarm);
  }
  function end(thread: string): void {
    clearTimeout(alarms.get(thread));
    alarms.delete(thread);
  }
  /** The session's own thread has no entry: nobody saw it being made. */
  const made = new Map<string, string>();

  return {
    see(event) {
      switch (event.type) {
        case 'session.thread_created':
          made.set(event.session_thread_id, event.agent_name);
          begin(event.session_thread_id, event.agent_name);
          break;
        case 'session.thread_status_running':
          if (made.has(event.session_thread_id)) begin(event.session_thread_id, event.agent_name);
          break;
        case 'session.thread_status_idle':
          if (event.stop_reason.type !== 'requires_action') end(event.session_thread_id);
          break;
        case 'session.thread_status_terminated':
          end(event.session_thread_id);
          break;
        default:
      }
    },
    async takeUp() {
      const query = { limit: 100 };
      for await (const thread of watching.client.beta.sessions.threads.list(session, query, watching)) {
        if (thread.parent_thread_id === null) continue;
        const name = 'name' in thread.agent ? thread.agent.name : thread.agent.type;
        made.set(thread.id, name);
        if (thread.status === 'running') begin(thread.id, name);
      }
    },
    close() {
      for (const alarm of alarms.values()) clearTimeout(alarm);
      alarms.clear();
    },
  };
}

/** Both at once: the investigator must not come to rest between the two and be taken for done. */
async function stop(
  { client, incidents, clock, specialistMs, signal }: Watching,
  { incident, session, thread, name }: { incident: IncidentId; session: string; thread: string; name: string },
): Promise<void> {
  signal.throwIfAborted();
  const minutes = Math.max(1, Math.round(specialistMs / 60_000));
  const text = `The specialist "${name}" gave no answer within ${minutes} min and was stopped. Go on without it: look yourself, or name what was not looked at under could_not_access.`;
  await incidents.note(incident, `stopped:${thread}:${clock()}`, {
    at: new Date(clock()).toISOString(),
    kind: 'note',
    actor: 'system',
    text: `${name} gave no answer in time and was stopped`,
    ref: thread,
  });
  const events = [
    { type: 'user.interrupt' as const, session_thread_id: thread },
    { type: 'user.message' as const, content: [{ type: 'text' as const, text }] },
  ];
  await client.beta.sessions.events.send(session, { events }, { maxRetries: 0, signal });
}
