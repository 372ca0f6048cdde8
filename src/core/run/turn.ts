/**
 * One thread in hand: its state, and the only way to write to its log. Steps `stage` what they decide and `commit`
 * before anything happens outside, so that intent is on disk before effect and one fsync carries as much as it can.
 */
import type { AgentDefinition, SessionBody } from '../documents.ts';
import type { EventId, LogId, SessionId, ThreadId, WorkspaceId } from '../ids.ts';
import type { FencedBatch } from '../ports/engine.ts';
import type { Ports } from '../ports/ports.ts';
import type { NewLogRow } from '../ports/store.ts';
import type { SessionResourceBody } from '../resources.ts';
import type { InlineAgent, ThreadAgent } from '../threads.ts';
import type { Halt } from './halt.ts';
import type { Hands } from './hands/hands.ts';
import type { Ledger } from './ledger.ts';
import type { Limits } from './limits.ts';
import { createOutfit, type Outfit } from './outfit.ts';
import type { State } from './state.ts';

/** What all turns of a process share. */
export interface Workshop {
  ports: Ports;
  hands: Hands;
  limits: Limits;
}

export interface Staged {
  rows?: readonly NewLogRow[];
  takes?: readonly EventId[];
  toolCalls?: FencedBatch['toolCalls'];
  /** For the inboxes of other threads. */
  inbox?: FencedBatch['inbox'];
  /** A thread to be, with its document. */
  opens?: FencedBatch['opens'];
  puts?: FencedBatch['puts'];
  /** For logs of threads that have no turn of their own. */
  append?: FencedBatch['append'];
}

export interface Turn extends Workshop, Outfit {
  session: SessionId;
  workspace: WorkspaceId;
  /** Whose turn it is, and where its lines and its input stand. */
  thread: { id: ThreadId; name: string; primary: boolean };
  log: LogId;
  halt: Halt;
  ledger: Ledger;
  agent(): AgentDefinition | ThreadAgent | InlineAgent;
  /** What the log says, staged lines included. */
  state(): State;
  body(): SessionBody;
  now(): number;
  stage(staged: Staged): void;
  /** Calls that were open when it began: another process may have started them. */
  inherited: ReadonlySet<EventId>;
  /** Input that is staged and therefore still in the inbox. */
  taking(id: EventId): boolean;
  /** Writes what is staged. Throws `LeaseLost` when another node has the session, and whatever the store throws. */
  commit(): Promise<void>;
}

type Buffer = { [Key in keyof Staged]-?: NonNullable<Staged[Key]>[number][] };

export function noneStaged(): Buffer {
  return { rows: [], takes: [], toolCalls: [], inbox: [], opens: [], puts: [], append: [] };
}

export function pour(buffer: Buffer, staged: Staged): void {
  buffer.rows.push(...(staged.rows ?? []));
  buffer.takes.push(...(staged.takes ?? []));
  buffer.toolCalls.push(...(staged.toolCalls ?? []));
  buffer.inbox.push(...(staged.inbox ?? []));
  buffer.opens.push(...(staged.opens ?? []));
  buffer.puts.push(...(staged.puts ?? []));
  buffer.append.push(...(staged.append ?? []));
}

/** `kick` hears of the threads that have got something to do by what was written. */
export function createTurn(
  workshop: Workshop,
  ledger: Ledger,
  halt: Halt,
  kick: (log: LogId) => void,
  resources: readonly SessionResourceBody[],
): Turn {
  const { ports } = workshop;
  const { session, workspace } = ledger;
  let buffer = noneStaged();
  const agent = () => ledger.body().agent;
  const tell = (rows: NewLogRow[]) => turn.stage({ rows });

  const turn: Turn = {
    ...workshop,
    ...createOutfit(ports, ledger, halt, { agent, resources: async () => resources, tell }),
    session,
    workspace,
    thread: { id: ledger.body().hidden.primary_thread, name: ledger.body().agent.name, primary: true },
    log: session,
    halt,
    ledger,
    agent,
    state: ledger.state,
    body: ledger.body,
    now: () => ports.clock.now(),
    inherited: new Set(ledger.state().calls.map((call) => call.id)),
    stage(staged) {
      ledger.stage(staged.rows ?? []);
      pour(buffer, staged);
    },
    taking: (id) => buffer.takes.includes(id),
    async commit() {
      if (Object.values(buffer).every((part) => part.length === 0)) return;
      const batch = buffer;
      buffer = noneStaged();
      await ledger.append(batch);
      for (const row of batch.inbox) kick(row.session);
    },
  };
  return turn;
}
