/** A model that plays a given part: demonstrations, tests, and the model that has been turned against its user. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelUsage } from '../../events.ts';
import {
  type Model,
  type ModelBlock,
  type ModelChunk,
  ModelError,
  type ModelFault,
  type ModelRequest,
  type ModelStop,
} from '../../ports/model.ts';

export type ScriptedBlock =
  | { text: string }
  | { thinking: string }
  | { tool: string; input: Record<string, unknown> }
  /** A call whose input is not JSON. */
  | { tool: string; malformed: string };
/** `cut` ends the stream after the blocks, without an end. */
export type ScriptedFault = { fault: ModelFault; retryAfterMs?: number } | { cut: true };

export interface ScriptedTurn {
  blocks?: readonly ScriptedBlock[];
  /** Default: `tool_use` when there is a call, else `end_turn`. */
  stop?: ModelStop;
  refusal?: { category: string | null; explanation: string | null };
  usage?: Partial<ModelUsage>;
  /** Before the first chunk, and before each further one, milliseconds. */
  delayMs?: number;
  chunkDelayMs?: number;
  /** How the first attempts at this turn fail, one each. */
  faults?: readonly ScriptedFault[];
}
/**
 * A list is played by place: as many turns in as the conversation has answers, so that a repeated request gets the
 * same turn. A function sees the request. What comes after the end of a list says so and stops.
 */
export type Script =
  | readonly ScriptedTurn[]
  | ((request: ModelRequest, signal: AbortSignal) => ScriptedTurn | Promise<ScriptedTurn>);

export function scriptedModel(script: Script): Model {
  const attempts = new Map<string, number>();
  return {
    async *respond(request, { recorded, signal }) {
      await recorded;
      const turn = typeof script === 'function' ? await script(request, signal) : turnAt(script, request);
      const fault = turn.faults?.[countAttempt(attempts, request, turn)];
      if (turn.delayMs !== undefined) await sleep(turn.delayMs, undefined, { signal });
      if (fault !== undefined && 'fault' in fault) {
        const options = { retryAfterMs: fault.retryAfterMs ?? null };
        throw new ModelError(fault.fault, `The script says: ${fault.fault}.`, options);
      }
      for (const block of turn.blocks ?? []) yield* play(block, turn.chunkDelayMs ?? 0, signal);
      if (fault === undefined) yield end(turn, request);
    },
  };
}

function turnAt(script: readonly ScriptedTurn[], request: ModelRequest): ScriptedTurn {
  const answers = request.messages.filter((message) => message.role === 'assistant').length;
  return script[answers] ?? { blocks: [{ text: 'The script ends here.' }] };
}

/** Attempts are told apart by the conversation they answer; only turns with faults are counted. */
function countAttempt(attempts: Map<string, number>, request: ModelRequest, turn: ScriptedTurn): number {
  if (turn.faults === undefined) return 0;
  const key = createHash('sha256').update(JSON.stringify(request.messages)).digest('hex');
  const before = attempts.get(key) ?? 0;
  attempts.set(key, before + 1);
  return before;
}

async function* play(block: ScriptedBlock, delayMs: number, signal: AbortSignal): AsyncGenerator<ModelChunk> {
  if ('text' in block) {
    for (const text of block.text.match(/\s*\S+\s*/g) ?? []) {
      await pause(delayMs, signal);
      yield { type: 'text_delta', text };
    }
  }
  if ('thinking' in block) yield { type: 'thinking' };
  await pause(delayMs, signal);
  yield { type: 'block', block: asModelBlock(block) };
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (delayMs > 0) await sleep(delayMs, undefined, { signal });
}

function asModelBlock(block: ScriptedBlock): ModelBlock {
  if ('text' in block) return { type: 'text', text: block.text };
  if ('thinking' in block) return { type: 'thinking', thinking: block.thinking, signature: 'scripted' };
  const call = { type: 'tool_use' as const, id: 'scripted', name: block.tool };
  return 'malformed' in block ? { ...call, input: {}, malformed: block.malformed } : { ...call, input: block.input };
}

function end(turn: ScriptedTurn, request: ModelRequest): ModelChunk {
  const calls = turn.blocks?.some((block) => 'tool' in block) === true;
  const usage: ModelUsage = {
    input_tokens: Math.ceil(JSON.stringify(request.messages).length / 4),
    output_tokens: Math.ceil(JSON.stringify(turn.blocks ?? []).length / 4),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    ...turn.usage,
  };
  const stop = turn.stop ?? (calls ? 'tool_use' : 'end_turn');
  return { type: 'end', stop, usage, ...(turn.refusal === undefined ? {} : { refusal: turn.refusal }) };
}
