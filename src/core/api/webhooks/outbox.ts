/**
 * What is told to webhooks is stored in the very batch that makes it true: no change goes unheard because the server
 * died after it, and none is told that was never written.
 */
import { createHash } from 'node:crypto';
import type { SessionBody } from '../../documents.ts';
import type { SessionEvent } from '../../events.ts';
import { type LogId, mint, type SessionId, type WorkspaceId } from '../../ids.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Batch, Doc, DocRow, Store } from '../../ports/store.ts';
import type { WebhookDeliveryBody, WebhookEvent } from './body.ts';
import { type Directory, isWanted } from './directory.ts';
import { isBudgetReached, isTold, isToldEvent, ofEvent, ofRemoval, ofWrite, stoppedByBudget } from './occurrences.ts';
import type { Occurrence } from './types.ts';

/** There is one organization. */
const ORGANIZATION = 'org_01default';

type Put = NonNullable<Batch['puts']>[number];
interface Logged {
  session: SessionId;
  event: SessionEvent;
}
interface Change {
  puts: readonly Put[];
  removes: NonNullable<Batch['removes']>;
  logged: readonly Logged[];
  /** As they are written beside it, so that they need not be read. */
  sessions: readonly Put[];
}
interface Heard {
  workspace: WorkspaceId;
  occurrence: Occurrence;
}

export interface Outbox {
  /** The same ports, through which nothing is written that subscribers do not hear of. */
  ports: Ports;
  /** For what happens without anything being written. */
  tell(workspace: WorkspaceId, occurrence: Occurrence): Promise<void>;
  /** Called after deliveries were stored. A hint, for what would else look for them by the clock. */
  onStored(listener: () => void): void;
}

export function createOutbox(ports: Ports, directory: Directory): Outbox {
  const { store, engine, clock } = ports;
  let stored: () => void = () => undefined;
  const deliveries = async (change: Change): Promise<Put[]> =>
    await addressed(directory, await hear(store, change), clock.now());
  return {
    ports: {
      ...ports,
      store: {
        ...store,
        async commit(batch) {
          const change = tellable(batch.puts ?? [], batch.removes ?? [], loggedIn(batch));
          if (change !== null && !directory.isEmpty(workspacesOf(change))) {
            const told = await deliveries(change);
            if (told.length > 0) {
              return await store.commit({ ...batch, puts: [...(batch.puts ?? []), ...told] }).finally(() => stored());
            }
          }
          if (!touchesEndpoints(batch)) return await store.commit(batch);
          return await store.commit(batch).finally(() => directory.forget());
        },
      },
      engine: {
        ...engine,
        async append(lease, batch) {
          const logged = batch.rows.map(({ event }) => ({ session: lease.session, event }));
          const change = tellable(batch.puts ?? [], [], logged);
          if (change === null || directory.isEmpty(workspacesOf(change))) return await engine.append(lease, batch);
          const told = await deliveries(change);
          if (told.length === 0) return await engine.append(lease, batch);
          return await engine
            .append(lease, { ...batch, puts: [...(batch.puts ?? []), ...told] })
            .finally(() => stored());
        },
      },
    },
    async tell(workspace, occurrence) {
      const puts = await addressed(directory, [{ workspace, occurrence }], clock.now());
      if (puts.length > 0) await store.commit({ puts }).finally(() => stored());
    },
    onStored(listener) {
      stored = listener;
    },
  };
}

function touchesEndpoints({ puts = [], removes = [] }: Batch): boolean {
  return (
    puts.some(({ doc }) => doc.kind === 'webhook_endpoint') || removes.some((it) => it.kind === 'webhook_endpoint')
  );
}

/** What matters of a thread is written to the log of its session, too. A log that begins with events is a copy of another. */
function loggedIn({ append = [], opens = [] }: Batch): Logged[] {
  return append.flatMap(({ session, rows }) =>
    isSession(session) && !opens.includes(session) ? rows.map(({ event }) => ({ session, event })) : [],
  );
}

function isSession(id: LogId): id is SessionId {
  return id.startsWith('sesn_');
}

/** What of a change may be told; null when nothing is. Sessions move all the time and are told of by their log. */
function tellable(puts: Change['puts'], removes: Change['removes'], logged: readonly Logged[]): Change | null {
  const change: Change = {
    puts: puts.filter(
      ({ doc, expect }) => isTold(doc.kind) && !(doc.kind === 'session' && !doc.archived && expect !== 0),
    ),
    removes: removes.filter(({ kind }) => isTold(kind)),
    logged: logged.filter(({ event }) => isToldEvent(event)),
    sessions: puts.filter(({ doc }) => doc.kind === 'session'),
  };
  return change.puts.length + change.removes.length + change.logged.length === 0 ? null : change;
}

/** Null when they are not known without a look at the store. */
function workspacesOf({ puts, removes, logged, sessions }: Change): WorkspaceId[] | null {
  const known = logged.every(({ session }) => sessions.some(({ doc }) => doc.id === session));
  return removes.length > 0 || !known ? null : [...puts, ...sessions].map(({ doc }) => doc.workspace);
}

async function hear(store: Store, { puts, removes, logged, sessions }: Change): Promise<Heard[]> {
  const heard: Heard[] = [];
  for (const { doc, expect } of puts) {
    const before = expect === 0 ? null : await store.get(doc.kind, doc.id);
    heard.push(...ofWrite(doc, before).map((occurrence) => ({ workspace: doc.workspace, occurrence })));
  }
  for (const { kind, id } of removes) {
    const before = await store.get(kind, id);
    if (before === null) continue;
    heard.push(...ofRemoval(before).map((occurrence) => ({ workspace: before.workspace, occurrence })));
  }
  for (const one of logged) heard.push(...(await hearEvent(store, sessions, one)));
  return heard;
}

async function hearEvent(store: Store, sessions: Change['sessions'], { session, event }: Logged): Promise<Heard[]> {
  const written = sessions.find(({ doc }) => doc.id === session)?.doc;
  const doc = written ?? (await store.get<SessionBody>('session', session));
  if (doc === null) return [];
  const { workspace } = doc;
  const told = ofEvent(session, event, sessionOf(doc).hidden.primary_thread);
  if (stoppedByBudget(event) && isBudgetReached(event, await stopsBefore(store, session))) {
    told.push({ type: 'session.budget_reached', id: session });
  }
  return told.map((occurrence) => ({ workspace, occurrence }));
}

/** Newest first. Older ones than these have been followed by one that counts. */
async function stopsBefore(store: Store, session: SessionId): Promise<SessionEvent[]> {
  const types = ['session.status_idle', 'session.updated'];
  const rows = await store.log({ session, order: 'desc', limit: 100, types });
  return rows.map((row) => row.event);
}

/** Documents of kind `session` have this body and no other. */
function sessionOf({ body }: Pick<Doc, 'body'> | DocRow<SessionBody>): SessionBody {
  return body as SessionBody;
}

/** One delivery for each endpoint that asked for it. */
async function addressed(directory: Directory, heard: readonly Heard[], now: number): Promise<Put[]> {
  const puts: Put[] = [];
  for (const { workspace, occurrence } of heard) {
    const event = eventOf(workspace, occurrence, now);
    for (const endpoint of await directory.of(workspace)) {
      if (!isWanted(endpoint, occurrence.type)) continue;
      const body: WebhookDeliveryBody = {
        id: `whd_${digest(`${endpoint.id} ${event.id}`)}`,
        endpoint: endpoint.id,
        event,
        attempts: 0,
        due: now,
      };
      const place = { kind: 'webhook_delivery' as const, id: body.id, workspace, parent: endpoint.id };
      puts.push({ doc: { ...place, createdAt: now, archived: false, body } });
    }
  }
  return puts;
}

/** A log event that is written to several logs is told under one id. */
function eventOf(workspace: WorkspaceId, { type, id, source, more }: Occurrence, now: number): WebhookEvent {
  return {
    id: source === undefined ? mint('whe', now) : `whe_01${digest(`${source} ${type}`)}`,
    type: 'event',
    created_at: new Date(now).toISOString(),
    data: { type, id, organization_id: ORGANIZATION, workspace_id: workspace, ...more },
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 22);
}
