/** The turn of a thread that works for the primary: its own log and inbox, the session's lease, sandbox and budget. */
import type { LogId } from '../../ids.ts';
import type { DocRow, NewLogRow } from '../../ports/store.ts';
import type { InlineAgent, ThreadAgent, ThreadBody } from '../../threads.ts';
import { stamp } from '../draft.ts';
import type { Halt } from '../halt.ts';
import { readResources } from '../hands/mounts.ts';
import type { Ledger } from '../ledger.ts';
import { createOutfit } from '../outfit.ts';
import { projectThread } from '../project.ts';
import { memoOf } from '../state/memo.ts';
import { fold, type State } from '../state.ts';
import { noneStaged, pour, type Turn, type Workshop } from '../turn.ts';

export function createChild(
  workshop: Workshop,
  ledger: Ledger,
  halt: Halt,
  kick: (log: LogId) => void,
  start: { doc: DocRow<ThreadBody>; agent: ThreadAgent | InlineAgent; state: State },
): Turn {
  const { ports } = workshop;
  const { session, workspace } = ledger;
  const { agent } = start;
  const { id } = start.doc.body;
  let { doc, state } = start;
  let buffer = noneStaged();
  let begins: NewLogRow[] = [];
  let posts: NewLogRow[] = [];
  ledger.setSpent(id, state.spent);

  /** What the client sees of this thread on the session's own stream, the session's start of work among it. */
  function post(row: NewLogRow): void {
    if (row.event.type === 'session.thread_status_running') {
      if (ledger.state().status !== 'running') {
        const running = { event: { ...stamp(ports.clock.now()), type: 'session.status_running' as const } };
        ledger.stage([running]);
        begins.push(running);
      }
      // At once: a session that runs while this thread still seems to wait would announce its old calls again.
      ledger.stage([row]);
    }
    posts.push(...crossPosted(row, id));
  }

  const turn: Turn = {
    ...workshop,
    ...createOutfit(ports, ledger, halt, {
      agent: () => agent,
      resources: () => readResources(ports, { id: session, workspace }),
      tell: (rows) => turn.stage({ rows }),
    }),
    session,
    workspace,
    thread: { id, name: agent.name, primary: false },
    log: id,
    halt,
    ledger,
    agent: () => agent,
    state: () => state,
    body: ledger.body,
    now: () => ports.clock.now(),
    inherited: new Set(start.state.calls.map((call) => call.id)),
    stage(staged) {
      for (const row of staged.rows ?? []) {
        state = fold(state, { ...row, seq: state.seq });
        post(row);
      }
      ledger.setSpent(id, state.spent);
      pour(buffer, staged);
    },
    taking: (event) => buffer.takes.includes(event),
    async commit() {
      if (posts.length === 0 && Object.values(buffer).every((part) => part.length === 0)) return;
      const [{ rows, takes, ...rest }, first, shown] = [buffer, begins, posts];
      buffer = noneStaged();
      [begins, posts] = [[], []];
      const { revision, position, ...same } = doc;
      const body = projectThread(doc.body, state, ports.clock.now());
      const archived = body.archived_at !== null;
      const appended = await ledger.append({
        ...rest,
        rows: [...first, ...shown],
        append: [{ session: id, rows }, ...rest.append],
        threadTakes: takes.map((event) => ({ session: id, id: event })),
        puts: [...rest.puts, { doc: { ...same, archived, body }, expect: revision }],
      });
      // Only now: the primary must not see a thread at rest before its report stands in the inbox.
      ledger.stage(shown);
      doc = { ...doc, archived, body, revision: revision + 1 };
      state = { ...state, seq: appended.filter((row) => row.session === id).at(-1)?.seq ?? state.seq };
      for (const row of rest.inbox) kick(row.session);
      if (shown.length > 0) kick(session);
    },
  };
  return turn;
}

/** Its life, and the calls that the client has to answer: under the same id, with the thread they belong to. */
function crossPosted({ event, memo }: NewLogRow, thread: ThreadBody['id']): NewLogRow[] {
  switch (event.type) {
    case 'session.thread_status_running':
    case 'session.thread_status_idle':
    case 'session.thread_status_rescheduled':
    case 'session.thread_status_terminated':
      return [{ event }];
    case 'agent.custom_tool_use':
      return [{ event: { ...event, session_thread_id: thread } }];
    case 'agent.mcp_tool_use':
    case 'agent.tool_use': {
      const known = memoOf(memo);
      const waits = event.evaluated_permission === 'ask' || (known?.kind === 'call' && known.by === 'client');
      return waits ? [{ event: { ...event, session_thread_id: thread } }] : [];
    }
    default:
      return [];
  }
}
