import type { ResultBlock, SessionEvent } from '../../events.ts';
import type { EventId } from '../../ids.ts';
import type { ToolCall } from '../../ports/engine.ts';
import { SandboxGone, type SandboxResult } from '../../ports/sandbox.ts';
import { rosterOf } from '../../threads.ts';
import { mostOutput, OUTPUTS_ROOT, showOutputs, spill, textLength } from '../context/spill.ts';
import { callError, stamp } from '../draft.ts';
import { findSkills, type Mounts, sandboxFiles } from '../hands/mounts.ts';
import { showFiles } from '../hands/show-files.ts';
import { beyondTurn } from '../ledger.ts';
import { keepMemories } from '../memory/keep.ts';
import { showMemories } from '../memory/show.ts';
import type { Call } from '../state/calls.ts';
import type { Memo } from '../state/memo.ts';
import { builtins, isBuiltin } from '../tools/catalogue.ts';
import { LOG_TOOL, logInput } from '../tools/session-log.ts';
import type { Staged, Turn } from '../turn.ts';
import { callServer } from './call-server.ts';
import { readLog } from './read-log.ts';

type Outcome = Pick<ToolCall, 'state'> & { isError: boolean; content: ResultBlock[]; memo?: Memo };

/**
 * Runs the calls one after the other, each recorded as started before it runs. A call that an earlier process had
 * started is not run again unless it only reads, and then once more at most.
 */
export async function useTools(turn: Turn, calls: readonly Call[]): Promise<void> {
  const earlier = await startedEarlier(turn, calls);
  for (const call of calls) {
    if (turn.halt.reason() !== null) return;
    if (call.decision?.allow === false) {
      turn.stage({ rows: [{ event: callError(call, rejection(call.decision.message), turn.now()) }] });
      continue;
    }
    const outcome = await settle(turn, call, earlier.get(call.id));
    if (turn.halt.reason() === 'drain' && outcome.state === 'unknown') return;
    await record(turn, call, outcome);
  }
}

async function settle(turn: Turn, call: Call, earlier: ToolCall['state'] | undefined): Promise<Outcome> {
  if (earlier !== undefined && !(earlier === 'started' && rerunnable(call))) return unknownOutcome;
  turn.stage({ toolCalls: [{ toolUse: call.id, state: earlier === undefined ? 'started' : 'unknown' }] });
  await turn.commit();
  return run(turn, call);
}

/** Each counts as a crash: a call that takes its server with it is not made for ever. */
const unknownOutcome: Outcome = {
  state: 'unknown',
  memo: { kind: 'crashed' },
  isError: true,
  content: textOf(
    'The server stopped while this call was running. It may or may not have been executed: verify what it changed before you make it again.',
  ),
};

function rerunnable(call: Call): boolean {
  if (call.server !== null) return false;
  return call.name === LOG_TOOL || (isBuiltin(call.name) && builtins[call.name].effect === 'read');
}

async function lookUp(turn: Turn, call: Call): Promise<Outcome> {
  return { state: 'completed', isError: false, content: textOf(await readLog(turn, logInput.parse(call.input))) };
}

/** A call that was made in this very turn has been started by nobody else. */
async function startedEarlier(turn: Turn, calls: readonly Call[]): Promise<Map<EventId, ToolCall['state']>> {
  const inherited = calls.map((call) => call.id).filter((id) => turn.inherited.has(id));
  if (inherited.length === 0) return new Map();
  const known = await turn.ports.engine.toolCalls(turn.session, inherited);
  return new Map(known.map((call) => [call.toolUse, call.state]));
}

async function run(turn: Turn, call: Call): Promise<Outcome> {
  const { name } = call;
  if (call.server !== null) return callServer(turn, call.server, call);
  if (name === LOG_TOOL) return lookUp(turn, call);
  if (!isBuiltin(name)) return { state: 'completed', isError: true, content: textOf(`There is no tool ${name}.`) };
  try {
    return await turn.hands.use(
      turn.session,
      () => spec(turn),
      async (sandbox, fresh, { memories: seen, repositories, files }) => {
        if (turn.halt.reason() !== null) return notBegun;
        await showFiles(turn, sandbox, fresh, files);
        const arrived = await turn.checkouts.show(sandbox, fresh, repositories);
        if (turn.halt.reason() !== null) return notBegun;
        // What writes meets the memories as the agent last saw them, so that it overwrites nobody unseen.
        const before = fresh || rerunnable(call) ? await showMemories(turn, sandbox, seen) : [];
        await showOutputs(turn, sandbox);
        const result = await sandbox.execute(name, call.input, turn.halt.signal());
        const kept = await keepMemories(turn, sandbox, seen);
        const noted = withNotes(result, [...arrived, ...before, ...kept, ...(await showMemories(turn, sandbox, seen))]);
        const { isError, content } = fresh ? noteLoss(turn, noted) : noted;
        return { state: 'completed', isError, content: textOf(content) };
      },
    );
  } catch (error) {
    if (beyondTurn(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const gone = error instanceof SandboxGone;
    return {
      state: gone ? 'unknown' : 'completed',
      isError: true,
      content: textOf(
        gone
          ? `The sandbox died: ${reason} What this call did is lost, and so are the files written before; the next call gets a new sandbox.`
          : `The sandbox could not be used: ${reason}`,
      ),
    };
  }
}

async function spec(turn: Turn) {
  const environment = turn.body().hidden.environment;
  const open = environment.type === 'cloud' && environment.networking.type === 'unrestricted' ? ['*'] : [];
  const allowed =
    environment.type === 'cloud' && environment.networking.type === 'limited'
      ? environment.networking.allowed_hosts
      : open;
  const mounts = await turn.mounts();
  return {
    session: turn.session,
    files: sandboxFiles({ ...mounts, skills: await everySkill(turn, mounts) }, turn.ports),
    folders: [
      { path: OUTPUTS_ROOT, writable: false },
      ...mounts.memories.map(({ mount_path, access }) => ({ path: mount_path, writable: access === 'read_write' })),
    ],
    allowedHosts: allowed,
  };
}

/** Its place in the sandbox's queue came when it was no longer wanted. */
const notBegun: Outcome = {
  state: 'completed',
  isError: true,
  content: [{ type: 'text', text: 'The call was interrupted before it began.' }],
};

/** One sandbox serves all threads, so it holds the skills of every agent. */
async function everySkill(turn: Turn, mounts: Mounts): Promise<Mounts['skills']> {
  const { agent } = turn.body();
  const roster = rosterOf(agent);
  if (roster === null) return mounts.skills;
  const refs = [agent, ...roster.agents].flatMap((member) => member.skills);
  const skills = await findSkills(turn.ports, refs);
  return [...new Map(skills.map((skill) => [skill.name, skill])).values()];
}

/** What became of memories that could not be kept as they were written stands before the output, where it is not cut. */
function withNotes(result: SandboxResult, notes: readonly string[]): SandboxResult {
  if (notes.length === 0) return result;
  return { ...result, content: [...notes.map((note) => `[${note}]`), result.content].join('\n') };
}

/** Says so when files of earlier calls are no longer there. */
function noteLoss(turn: Turn, result: SandboxResult): SandboxResult {
  if (!turn.state().handsUsed) return result;
  return { ...result, content: `[A new sandbox: files written by earlier calls are gone.]\n${result.content}` };
}

/** A long answer is written at once: until then its bytes are nobody's. */
async function record(turn: Turn, call: Call, outcome: Outcome): Promise<void> {
  if (call.name === LOG_TOOL || textLength(outcome.content) <= mostOutput(turn)) {
    turn.stage(resultLines(turn, call, outcome, outcome.memo));
    return;
  }
  await turn.ports.blobs.hold(async () => {
    const { content, puts, memo } = await spill(turn, call, outcome.content);
    turn.stage({ ...resultLines(turn, call, { ...outcome, content }, memo), puts });
    await turn.commit();
  });
}

function resultLines(turn: Turn, call: Call, outcome: Outcome, memo?: Memo): Staged {
  const result = { ...stamp(turn.now()), content: outcome.content, is_error: outcome.isError };
  const event: SessionEvent =
    call.server === null
      ? { ...result, type: 'agent.tool_result', tool_use_id: call.id }
      : { ...result, type: 'agent.mcp_tool_result', mcp_tool_use_id: call.id };
  return {
    rows: [memo === undefined ? { event } : { event, memo }],
    toolCalls: [{ toolUse: call.id, state: outcome.state }],
  };
}

function textOf(text: string): ResultBlock[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

function rejection(message: string | null): string {
  return message === null ? 'The call was rejected by the user.' : `The call was rejected by the user: ${message}`;
}
