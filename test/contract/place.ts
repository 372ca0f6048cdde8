import type { SessionEvent } from '../../src/core/events.ts';
import { type EventId, type LogId, mint, type SessionId, type WorkspaceId } from '../../src/core/ids.ts';
import type { Clock } from '../../src/core/ports/clock.ts';
import type { Claim, Engine } from '../../src/core/ports/engine.ts';
import type { Doc, DocKind, NewLogRow, Store } from '../../src/core/ports/store.ts';

/** Where one store lives: it can be opened again after it was closed, and is thrown away at the end. */
export interface Place {
  open(clock: Clock): Promise<{ store: Store; engine: Engine }>;
  dispose(): Promise<void>;
}
/** An adapter under test: makes empty places. */
export type Backend = () => Promise<Place>;

export interface TestClock extends Clock {
  advance(milliseconds: number): void;
}

export function testClock(start = Date.UTC(2026, 0, 1)): TestClock {
  let time = start;
  return {
    now: () => time,
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}

/** Opens a fresh place, runs the body, closes and throws away whatever happened. */
export async function inPlace(
  backend: Backend,
  body: (it: { store: Store; engine: Engine; clock: TestClock; place: Place }) => Promise<void>,
): Promise<void> {
  const place = await backend();
  const clock = testClock();
  try {
    const { store, engine } = await place.open(clock);
    try {
      await body({ store, engine, clock, place });
    } finally {
      await store.close();
    }
  } finally {
    await place.dispose();
  }
}

export const WORKSPACE: WorkspaceId = 'wrkspc_test';

export function doc(kind: DocKind, id: string, body: unknown = {}, rest: Partial<Doc> = {}): Omit<Doc, 'revision'> {
  return { kind, id, workspace: WORKSPACE, parent: null, createdAt: 1_000, archived: false, ...rest, body };
}

export function message(text: string, processedAt: string | null = '2026-01-01T00:00:00.000Z'): SessionEvent {
  return { id: mint('sevt'), type: 'user.message', processed_at: processedAt, content: [{ type: 'text', text }] };
}

export function line(text: string): NewLogRow {
  return { event: message(text) };
}

/** An agent event that stands for a tool call; its id is the call's id. */
export function toolUse(name: string): SessionEvent & { id: EventId } {
  return { id: mint('sevt'), type: 'agent.tool_use', processed_at: '2026-01-01T00:00:00.000Z', name, input: {} };
}

export function textOf(event: SessionEvent): string {
  return 'content' in event && event.content?.[0] && 'text' in event.content[0] ? event.content[0].text : '';
}

export async function openSession(store: Store, wake = false): Promise<SessionId> {
  const id = mint('sesn');
  await store.commit({ opens: [id], wakes: wake ? [id] : [] });
  return id;
}

/** The only lease to be had; throws when there is none or more than one. */
export async function claimOne(engine: Engine, limit = 10): Promise<Claim> {
  const [lease, ...others] = await engine.claim(limit);
  if (lease === undefined || others.length > 0) throw new Error(`expected one due session, got ${others.length + 1}`);
  return lease;
}

export async function texts(store: Store, session: LogId): Promise<string[]> {
  return (await store.log({ session, order: 'asc', limit: 100_000 })).map((row) => textOf(row.event));
}
